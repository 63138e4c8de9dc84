import type { Finding } from "./finding.ts";
import { probeEndpoint, reasonOf } from "./probe-endpoint.ts";

const PATIENCE = 5_000;

/** Whether the Redis at `url` can be reached and lets us in. */
export async function probeRedis(url: string): Promise<Finding[]> {
  const { hostname: host, port, protocol } = new URL(url);
  const variable = "REDIS_URL";
  const tls = protocol === "rediss:";
  const findings = await probeEndpoint({ name: "Redis", variable, host, port: Number(port) || 6379, tls });
  if (findings.some(({ state }) => state === "failed")) return findings;
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, commandTimeout: PATIENCE });
  // What goes wrong is told by the call that meets it.
  redis.on("error", () => {});
  const check = "Redis: answer";
  try {
    await redis.connect();
    await redis.ping();
    findings.push({
      check,
      state: "ok",
      message: "It answers; rate limits are counted there, and tokens of profiles that were signed out are remembered.",
    });
  } catch (error) {
    const advice =
      "Correct user and password in REDIS_URL; until then rate limits are counted in the database, and tokens of profiles are refused.";
    findings.push({ check, state: "failed", message: reasonOf(error), advice });
  } finally {
    redis.disconnect();
  }
  return findings;
}
