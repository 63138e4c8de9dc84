import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, startEmbeddedPostgres } from "@crm/db";
import { expect, test } from "vitest";

test("connections that were closed just before the stop hear of no error", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "crm-stop-"));
  const { url, stop } = await startEmbeddedPostgres({ dataDir });
  const errors: Error[] = [];
  const { pool, close } = connect({ url });
  pool.on("error", (error) => errors.push(error));
  await Promise.all(Array.from({ length: 20 }, () => pool.query("SELECT pg_sleep(0.05)")));
  await close();
  await stop();
  await rm(dataDir, { recursive: true });
  expect(errors).toEqual([]);
});
