import type { Handler } from "hono";
import type { AppEnv } from "./app-env.ts";

/** What has to stand before requests may come, by name: `{ database: true, migrations: true, worker: false }`. */
export type Readiness = () => Promise<Readonly<Record<string, boolean>>>;

/** A database that does not answer must not keep the load balancer waiting. Milliseconds. */
const PATIENCE = 3000;

/** The process lives. */
export const serveHealth: Handler<AppEnv> = (c) => c.json({ status: "ok" });

/** 503 as long as anything is missing. */
export function serveReadiness(ready: Readiness): Handler<AppEnv> {
  return async (c) => {
    const checks = await withinPatience(ready());
    const isReady = Object.values(checks).every(Boolean);
    return c.json({ status: isReady ? "ready" : "unavailable", checks }, isReady ? 200 : 503);
  };
}

async function withinPatience(checks: ReturnType<Readiness>): ReturnType<Readiness> {
  const noAnswer = { answered: false };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof noAnswer>((resolve) => {
    timer = setTimeout(resolve, PATIENCE, noAnswer);
  });
  return Promise.race([checks.catch(() => noAnswer), timeout]).finally(() => clearTimeout(timer));
}
