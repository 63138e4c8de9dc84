import { setTimeout as wait } from "node:timers/promises";
import { listen } from "@crm/db";
import type { Dependencies } from "../../dependencies.ts";
import { buildSearchDocuments } from "./build-search-documents.ts";
import { SEARCH_CHANNEL } from "./queue-for-search.ts";

/** What is stored within that time is built together, in milliseconds. */
const GATHER = 500;

/**
 * Builds search documents as soon as mail has been stored, by whichever process. What it did not hear, because it was
 * not there or the database was away, it finds in the queue when it is connected again.
 */
export function followSearchQueue(dependencies: Dependencies): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let isCalled = false;
  let running: Promise<void> | null = null;

  const build = async () => {
    try {
      while (isCalled && !stopping.signal.aborted) {
        await wait(GATHER, undefined, { signal: stopping.signal }).catch(() => {});
        isCalled = false;
        if (!stopping.signal.aborted) await buildSearchDocuments(dependencies, { signal: stopping.signal });
      }
    } catch (error) {
      // The queue has them still: the next call, or the worker's round of every minute, takes them up.
      dependencies.logger.warn({ err: error }, "search documents could not be built");
    } finally {
      running = null;
    }
  };
  const call = () => {
    isCalled = true;
    if (!stopping.signal.aborted) running ??= build();
  };

  const listener = listen(dependencies.db, {
    channel: SEARCH_CHANNEL,
    onNotification: call,
    onConnected: call,
    onLost: (error) =>
      dependencies.logger.warn({ err: error }, "new mail is not searchable at once: the connection was lost"),
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all([listener.close(), running]);
    },
  };
}
