import { mailSyncProblems, mirrorQueue } from "@crm/db";
import { getEmails, JmapMethodError, JmapRequestError } from "@crm/jmap";
import { and, inArray, sql } from "drizzle-orm";
import { ownAddresses } from "../mail-account.ts";
import { analyzeYoungMail } from "./analyze-young-mail.ts";
import { LeaseLostError } from "./lease.ts";
import { MESSAGE_ARGUMENTS, type ReadMessage, toMessage } from "./message.ts";
import { nextBatches } from "./next-batches.ts";
import { readAhead } from "./read-ahead.ts";
import { removeMessages } from "./remove-messages.ts";
import { reportProgress } from "./report-progress.ts";
import { storeMessages } from "./store-messages.ts";
import type { SyncRun } from "./sync-run.ts";

/** More would read further ahead than is stored meanwhile, and take the processor from it. */
const REQUESTS_AT_A_TIME = 2;

interface ReadBatch {
  messages: ReadMessage[];
  /** Named by the queue, not there any more. */
  gone: string[];
  /** Could not be read, with the reason. */
  bad: { jmapId: string; message: string }[];
}

/**
 * Fetches and stores the bodies of the messages in the queue, newest first, until it is empty. The next batches are
 * read while one is being stored. A message that cannot be read or stored is written down and passed over.
 */
export async function mirrorBodies(run: SyncRun): Promise<void> {
  let done = 0;
  for (;;) {
    const { batches, waiting } = await nextBatches(run);
    if (batches.length === 0) return;
    const total = done + waiting;
    const read = readAhead(batches, REQUESTS_AT_A_TIME, (ids) => readBatch(run, ids));
    await reportProgress(run, { phase: "syncing", done, total });
    for await (const batch of read) {
      run.signal.throwIfAborted();
      await storeBatch(run, batch);
      if (done === 0) await analyzeYoungMail(run.dependencies.db);
      done += batch.messages.length + batch.gone.length + batch.bad.length;
      await reportProgress(run, { phase: "syncing", done, total });
    }
  }
}

/** Reads a batch. One that the server cannot answer is halved until the message is alone that it chokes on. */
async function readBatch(run: SyncRun, ids: readonly string[]): Promise<ReadBatch> {
  const own = ownAddresses(run.account);
  try {
    const { list } = await getEmails(run.client, { ids: [...ids], ...MESSAGE_ARGUMENTS }, { signal: run.signal });
    const found = new Set(list.map(({ id }) => id));
    return {
      messages: list.map((email) => toMessage(email, own)),
      gone: ids.filter((id) => !found.has(id)),
      bad: [],
    };
  } catch (error) {
    if (!(error instanceof JmapMethodError || error instanceof JmapRequestError)) throw error;
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) {
      return { messages: [], gone: [], bad: [{ jmapId: only, message: error.message }] };
    }
    const middle = Math.ceil(ids.length / 2);
    const first = await readBatch(run, ids.slice(0, middle));
    const second = await readBatch(run, ids.slice(middle));
    return {
      messages: [...first.messages, ...second.messages],
      gone: [...first.gone, ...second.gone],
      bad: [...first.bad, ...second.bad],
    };
  }
}

async function storeBatch(run: SyncRun, { messages, gone, bad }: ReadBatch): Promise<void> {
  const { lease, counts } = run;
  const problems = [...bad];
  for (const part of await storable(run, messages)) {
    if ("message" in part) problems.push(part);
    else counts.created += part.stored;
  }
  if (gone.length + problems.length === 0) return;
  await lease.transaction(async (tx) => {
    counts.destroyed += await removeMessages(tx, lease.mirror, gone);
    if (problems.length === 0) return;
    await tx
      .insert(mailSyncProblems)
      .values(problems.map(({ jmapId, message }) => ({ ...accountOf(run), jmapId, message: message.slice(0, 500) })))
      .onConflictDoNothing();
    await tx.delete(mirrorQueue).where(
      and(
        sql`(${mirrorQueue.organizationId}, ${mirrorQueue.mailAccountId}) = (${lease.mirror.organizationId}, ${lease.mirror.mailAccountId})`,
        inArray(
          mirrorQueue.jmapId,
          problems.map(({ jmapId }) => jmapId),
        ),
      ),
    );
  });
}

const accountOf = ({ lease: { mirror } }: SyncRun) => ({
  organizationId: mirror.organizationId,
  mailAccountId: mirror.mailAccountId,
});

type StoredPart = { stored: number } | { jmapId: string; message: string };

/** Stores all in one transaction; only where the database refuses that, one by one, to find the culprit. */
async function storable({ lease, dependencies }: SyncRun, messages: readonly ReadMessage[]): Promise<StoredPart[]> {
  const store = async (some: readonly ReadMessage[]) => ({
    stored: (await lease.transaction((tx) => storeMessages(tx, lease.mirror, some))).length,
  });
  try {
    return [await store(messages)];
  } catch (error) {
    if (!isDataError(error)) throw error;
    dependencies.logger.warn({ err: error }, "a batch of mail could not be stored, going on one by one");
  }
  const parts: StoredPart[] = [];
  for (const message of messages) {
    try {
      parts.push(await store([message]));
    } catch (error) {
      if (!isDataError(error)) throw error;
      parts.push({ jmapId: message.row.jmapId, message: "The message holds something that cannot be stored." });
    }
  }
  return parts;
}

/** SQLSTATE classes 22 (data exception) and 54 (program limit exceeded): the message's fault, not the database's. */
function isDataError(error: unknown): boolean {
  if (error instanceof LeaseLostError || !(error instanceof Error)) return false;
  const { code } = (error.cause ?? error) as { code?: unknown };
  return typeof code === "string" && /^(22|54)/.test(code);
}
