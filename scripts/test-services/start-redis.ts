import { existsSync } from "node:fs";
import { REDIS_PROGRAM, startRedisServer } from "@crm/db/testing";
import type { Service } from "./service.ts";

/** A Redis without persistence on loopback. */
export async function startRedis(folder: string): Promise<Service<string>> {
  const name = "Redis";
  if (!existsSync(REDIS_PROGRAM)) {
    return { name, coordinates: null, reason: "the Debian package redis-server is not installed" };
  }
  const { url, stop } = await startRedisServer({ folder });
  return { name, coordinates: url, stop };
}
