import { setImmediate as yieldToOthers } from "node:timers/promises";
import { mailSyncProblems, mirrorQueue, type Transaction } from "@crm/db";
import { type Email, getEmails, JmapMethodError, JmapRequestError } from "@crm/jmap";
import { and, eq, inArray } from "drizzle-orm";
import { ownAddresses } from "../mail-account.ts";
import { analyzeYoungMail } from "./analyze-young-mail.ts";
import { chunk } from "./chunk.ts";
import { LeaseLostError, type MirrorKey } from "./lease.ts";
import { MESSAGE_ARGUMENTS, type ReadMessage, toMessage } from "./message.ts";
import { type Batch, nextBatches } from "./next-batches.ts";
import { readAhead } from "./read-ahead.ts";
import { removeMessages } from "./remove-messages.ts";
import { reportProgress } from "./report-progress.ts";
import { storeMessages } from "./store-messages.ts";
import type { SyncRun } from "./sync-run.ts";

/** More would read further ahead than is stored meanwhile, and take the processor from it. */
const REQUESTS_AT_A_TIME = 2;
/** So many are taken apart at a time: others may use the process in between, the storing of the last batch among them. */
const MESSAGES_AT_A_TIME = 25;

interface Problem {
  jmapId: string;
  message: string;
}

interface Answer {
  list: Email[];
  /** Named by the queue, not there any more. */
  gone: string[];
  /** Could not be read, with the reason. */
  bad: Problem[];
}

/**
 * Fetches and stores the bodies of the messages in the queue, newest first, until it is empty. The next batches are
 * read while one is being stored. A message that cannot be read or stored is written down and passed over.
 */
export async function mirrorBodies(run: SyncRun): Promise<void> {
  let done = 0;
  for (;;) {
    const { batches, waiting } = await nextBatches(run);
    if (waiting === 0) return;
    const total = done + waiting;
    const answers = readAhead(batches, REQUESTS_AT_A_TIME, async (batch) => ({
      batch,
      ...(await readBatch(run, batch.ids)),
    }));
    // One after the other and apart from the calls: the first is to be stored soon, and the next call made at once.
    const read = readAhead(answers, 1, async ({ list, ...rest }) => ({
      ...rest,
      messages: await toMessages(run, list),
    }));
    await reportProgress(run, { phase: "syncing", done, total });
    for await (const { batch, ...found } of read) {
      run.signal.throwIfAborted();
      await storeBatch(run, batch, found);
      if (done === 0) await analyzeYoungMail(run.dependencies.db);
      done += batch.ids.length;
      await reportProgress(run, { phase: "syncing", done, total });
    }
  }
}

/** Reads a batch. One that the server cannot answer is halved until the message is alone that it chokes on. */
async function readBatch(run: SyncRun, ids: readonly string[]): Promise<Answer> {
  if (ids.length === 0) return { list: [], gone: [], bad: [] };
  try {
    const { list } = await getEmails(run.client, { ids: [...ids], ...MESSAGE_ARGUMENTS }, { signal: run.signal });
    const found = new Set(list.map(({ id }) => id));
    return { list, gone: ids.filter((id) => !found.has(id)), bad: [] };
  } catch (error) {
    if (!(error instanceof JmapMethodError || error instanceof JmapRequestError)) throw error;
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) {
      return { list: [], gone: [], bad: [{ jmapId: only, message: error.message }] };
    }
    const middle = Math.ceil(ids.length / 2);
    const first = await readBatch(run, ids.slice(0, middle));
    const second = await readBatch(run, ids.slice(middle));
    return {
      list: [...first.list, ...second.list],
      gone: [...first.gone, ...second.gone],
      bad: [...first.bad, ...second.bad],
    };
  }
}

async function toMessages({ account }: SyncRun, list: readonly Email[]): Promise<ReadMessage[]> {
  const own = ownAddresses(account);
  const messages: ReadMessage[] = [];
  for (const few of chunk(list, MESSAGES_AT_A_TIME)) {
    messages.push(...few.map((email) => toMessage(email, own)));
    await yieldToOthers();
  }
  return messages;
}

/**
 * Stores a batch, with what became of the rest of it, and takes off the queue what is done by that: in one
 * transaction. Only where the database refuses a message, one by one, to find the culprit.
 */
async function storeBatch(
  run: SyncRun,
  batch: Batch,
  { messages, gone, bad }: Omit<Answer, "list"> & { messages: ReadMessage[] },
): Promise<void> {
  const { lease, dependencies } = run;
  const { mirror } = lease;
  try {
    const stored = await lease.transaction(async (tx) => ({
      created: (await storeMessages(tx, mirror, messages, batch.news)).length,
      destroyed: await closeBatch(tx, mirror, batch, { gone, bad }),
    }));
    run.counts.created += stored.created;
    run.counts.destroyed += stored.destroyed;
  } catch (error) {
    if (!isDataError(error)) throw error;
    dependencies.logger.warn({ err: error }, "a batch of mail could not be stored, going on one by one");
    const problems = await storeOneByOne(run, batch, messages);
    run.counts.destroyed += await lease.transaction((tx) =>
      closeBatch(tx, mirror, batch, { gone, bad: [...bad, ...problems] }),
    );
  }
}

async function storeOneByOne(run: SyncRun, { news }: Batch, messages: readonly ReadMessage[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const message of messages) {
    try {
      const stored = await run.lease.transaction((tx) => storeMessages(tx, run.lease.mirror, [message], news));
      run.counts.created += stored.length;
    } catch (error) {
      if (!isDataError(error)) throw error;
      problems.push({ jmapId: message.row.jmapId, message: "The message holds something that cannot be stored." });
    }
  }
  return problems;
}

/** @returns how many mirrored messages went */
async function closeBatch(
  tx: Transaction,
  mirror: MirrorKey,
  { completes }: Batch,
  { gone, bad }: Pick<Answer, "gone" | "bad">,
): Promise<number> {
  const { organizationId, mailAccountId } = mirror;
  const destroyed = await removeMessages(tx, mirror, gone);
  if (bad.length > 0) {
    await tx
      .insert(mailSyncProblems)
      .values(
        bad.map(({ jmapId, message }) => ({ organizationId, mailAccountId, jmapId, message: message.slice(0, 500) })),
      )
      .onConflictDoNothing();
  }
  if (completes.length > 0) {
    await tx
      .delete(mirrorQueue)
      .where(
        and(
          eq(mirrorQueue.organizationId, organizationId),
          eq(mirrorQueue.mailAccountId, mailAccountId),
          inArray(mirrorQueue.id, completes),
        ),
      );
  }
  return destroyed;
}

/** SQLSTATE classes 22 (data exception) and 54 (program limit exceeded): the message's fault, not the database's. */
function isDataError(error: unknown): boolean {
  if (error instanceof LeaseLostError || !(error instanceof Error)) return false;
  const { code } = (error.cause ?? error) as { code?: unknown };
  return typeof code === "string" && /^(22|54)/.test(code);
}
