import type { CyrusCoordinates } from "@crm/jmap/testing";
import type { TestProject } from "vitest/node";
import { buildCrm } from "./test-services/build-crm.ts";
import { findChromium } from "./test-services/find-chromium.ts";
import { neededServices, type ServiceKey } from "./test-services/needed-services.ts";
import type { Service } from "./test-services/service.ts";
import { startCyrus } from "./test-services/start-cyrus.ts";
import { startPostgres } from "./test-services/start-postgres.ts";
import { startRedis } from "./test-services/start-redis.ts";
import { remove, temporaryFolder } from "./test-services/temporary-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** For `attachCyrus`; null where Cyrus is absent. */
    cyrus: CyrusCoordinates | null;
    /** `redis://…`; null where Redis is absent. */
    redis: string | null;
    /** Path of the program; null where it is absent. */
    chromium: string | null;
    /** Path of the built `crm`; null where no test of this run starts it. */
    crm: string | null;
    /** One sentence for each service that tests of this run would need and that is absent. */
    missingServices: string[];
  }
}

/** Starts what the tests of this run talk to, and tells them where it is (vitest's `inject`). */
export default async function startTestServices(project: TestProject): Promise<() => Promise<void>> {
  const { vitest } = project;
  const needed = neededServices(
    vitest.state.getPaths(),
    vitest.projects.map(({ name }) => name),
  );
  const folder = await temporaryFolder();
  // Ctrl-C ends vitest without the teardown; the servers notice by themselves that we are gone.
  const sweep = () => remove(folder);
  process.once("exit", sweep);
  const running: Service<unknown>[] = [];
  const stop = async () => {
    await Promise.all(running.map((service) => service.stop?.()));
    process.off("exit", sweep);
    remove(folder);
  };
  const start = async <Coordinates>(
    key: ServiceKey,
    run: () => Promise<Service<Coordinates>> | Service<Coordinates>,
  ) => {
    if (!needed.has(key)) return null;
    const service = await run();
    running.push(service);
    return service.coordinates;
  };
  try {
    const [postgres18, postgres15, cyrus, redis, chromium, crm] = await Promise.all([
      start("postgres-18", () => startPostgres("18", folder)),
      start("postgres-15", () => startPostgres("15", folder)),
      start("cyrus", startCyrus),
      start("redis", () => startRedis(folder)),
      start("chromium", findChromium),
      start("crm", buildCrm),
    ]);
    const missing = running.filter(({ coordinates }) => coordinates === null);
    const sentences = missing.map(({ name, reason }) => `${name}: ${reason}`);
    if (sentences.length > 0 && process.env.REQUIRE_SERVICES === "1") {
      throw new Error(`REQUIRE_SERVICES=1, and these are absent:\n  ${sentences.join("\n  ")}`);
    }
    project.provide("postgres", { "18": postgres18, "15": postgres15 });
    project.provide("cyrus", cyrus);
    project.provide("redis", redis);
    project.provide("chromium", chromium);
    project.provide("crm", crm);
    project.provide("missingServices", sentences);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
