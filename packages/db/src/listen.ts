import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import type { Database } from "./connect.ts";

export interface ListenOptions {
  channel: string;
  /** Told of each notification. */
  onNotification(payload: string): void;
  /** Told each time the connection stands: what was notified while it did not was not heard. */
  onConnected(): void;
  /** Told each time it was lost or could not be made; it is tried again by itself. */
  onLost(error: unknown): void;
}

export interface Listener {
  close(): Promise<void>;
}

/** So often it is proved that the connection still lives, and so long an answer may take, in milliseconds. */
const PROOF = { interval: 1_500, patience: 1_500 };
/** Milliseconds before it is tried again: doubled with each failure. */
const RETRY = { first: 100, longest: 5_000 };

/**
 * Listens for notifications (PostgreSQL's LISTEN) on a connection of its own, made anew whenever it is lost. A dead one
 * is noticed within three seconds, also when nobody says so.
 */
export function listen(db: Database, options: ListenOptions): Listener {
  const closing = new AbortController();
  const ended = keepListening(db, options, closing.signal);
  return {
    close: () => {
      closing.abort();
      return ended;
    },
  };
}

async function keepListening(db: Database, options: ListenOptions, closing: AbortSignal): Promise<void> {
  let failures = 0;
  const onConnected = () => {
    failures = 0;
    options.onConnected();
  };
  while (!closing.aborted) {
    try {
      await listenOnce(db, { ...options, onConnected }, closing);
    } catch (error) {
      if (closing.aborted) return;
      options.onLost(error);
    }
    const delay = Math.min(RETRY.first * 2 ** failures++, RETRY.longest);
    await wait(delay, undefined, { signal: closing, ref: false }).catch(() => {});
  }
}

/** @throws whatever the connection was lost by, and when it is closed */
async function listenOnce(db: Database, options: ListenOptions, closing: AbortSignal): Promise<void> {
  const client = new Client(db.$client.options);
  const over = new AbortController();
  const lost = new Promise<never>((_, reject) => {
    client.on("error", reject);
    client.on("end", () => reject(new Error("the connection ended")));
    closing.addEventListener("abort", () => reject(new Error("it was closed")), { once: true, signal: over.signal });
  });
  const sleep = (milliseconds: number) => wait(milliseconds, undefined, { signal: over.signal, ref: false });
  const silence = async (): Promise<never> => {
    await sleep(PROOF.patience);
    throw new Error("the database does not answer");
  };
  client.on("notification", ({ payload = "" }) => options.onNotification(payload));
  try {
    await Promise.race([client.connect(), lost]);
    await Promise.race([client.query(`LISTEN ${client.escapeIdentifier(options.channel)}`), lost]);
    options.onConnected();
    for (;;) {
      await Promise.race([sleep(PROOF.interval), lost]);
      await Promise.race([client.query("SELECT"), lost, silence()]);
    }
  } finally {
    over.abort();
    // While a query is under way this cuts the connection, which is all that is left of one that says nothing.
    void client.end().catch(() => {});
  }
}
