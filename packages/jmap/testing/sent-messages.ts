import { setTimeout as wait } from "node:timers/promises";
import type { SentMessage, TestMailServer } from "./mail-server.ts";

const POLL_MILLISECONDS = 25;

/** Those from and to whom the selection says. */
export const selectSent = (messages: readonly SentMessage[], { from, to }: { from?: string; to?: string }) =>
  messages.filter(
    (message) => (from === undefined || message.from === from) && (to === undefined || message.to.includes(to)),
  );

export async function waitForSent(
  sentMessages: TestMailServer["sentMessages"],
  to: string,
  timeout = 10_000,
): Promise<SentMessage> {
  for (const deadline = Date.now() + timeout; Date.now() < deadline; await wait(POLL_MILLISECONDS)) {
    const [message] = await sentMessages({ to });
    if (message) return message;
  }
  throw new Error(`nothing was sent to ${to} within ${timeout} ms`);
}
