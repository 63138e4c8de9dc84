import { existsSync } from "node:fs";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@crm/db";
import { createTemplateDatabase, type PostgresVersion } from "@crm/db/testing";
import type { Service } from "./service.ts";

const DEBIAN_15 = "/usr/lib/postgresql/15";

/** A throw-away PostgreSQL with the template database: 18 is the one that npm brings, 15 is Debian's. */
export async function startPostgres(version: PostgresVersion, folder: string): Promise<Service<string>> {
  const name = `PostgreSQL ${version}`;
  if (version === "15" && !existsSync(join(DEBIAN_15, "bin", "postgres"))) {
    return { name, coordinates: null, reason: "the Debian package postgresql-15 is not installed" };
  }
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, `postgres-${version}`),
    throwAway: true,
    ...(version === "15" ? { binaries: { folder: DEBIAN_15, major: 15 } } : {}),
  });
  return { name, coordinates: await createTemplateDatabase(server.url), stop: server.stop };
}
