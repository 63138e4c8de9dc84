import type { Logger } from "@crm/services";
import { Logger as GraphileLogger } from "graphile-worker";

/** What the queue calls info is a line a job: debug for us. */
const LEVELS = { error: "error", warning: "warn", info: "debug", debug: "debug" } as const;

/** Sends the queue's log lines into ours. */
export const toGraphileLogger = (logger: Logger): GraphileLogger =>
  new GraphileLogger((scope) => (level, message, meta) => {
    const failure = meta?.error ?? meta?.failure;
    logger[LEVELS[level]]({ ...scope, ...(failure ? { err: failure } : {}) }, `worker: ${message}`);
  });
