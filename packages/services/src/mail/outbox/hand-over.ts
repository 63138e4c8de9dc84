import { outbox, type Transaction } from "@crm/db";
import {
  type Email,
  type JmapClient,
  JmapHttpError,
  JmapMethodError,
  JmapRequestError,
  JmapSetError,
  JmapTransportError,
  setEmails,
} from "@crm/jmap";
import { and, eq, sql } from "drizzle-orm";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { inTurn } from "../in-turn.ts";
import type { MailAccountRow } from "../mail-account.ts";
import { describeMailFailure, toServiceError } from "../mail-errors.ts";
import { openMailbox } from "../open-mailbox.ts";
import { findSubmitted } from "./find-submitted.ts";
import { readSentMessage, storeSentMessage } from "./sent-message.ts";
import { CannotSendError, submitMessage } from "./submit-message.ts";

export type OutboxRow = typeof outbox.$inferSelect;

/** Where a message ended up. `unknown`: the server may have sent it, and only a person can find out. */
export interface Settled {
  state: "sent" | "unknown";
  jmapId: string | null;
  sentAt: string;
}

/**
 * Hands a message of the outbox to the mail server and writes down what became of it.
 *
 *   queued ─▶ submitting ─▶ sent | failed | unknown
 *
 * A message that was `submitting` before (a crash) is first looked up by its Message-ID: one that is there was sent or
 * is left to a person, one that is not was never taken and is handed over again.
 *
 * @param onSettled run in the transaction that writes the end down
 * @throws ServiceError MAIL_REJECTED, MAIL_SERVER_UNAVAILABLE: it was certainly not sent
 */
export async function handOver(
  dependencies: Dependencies,
  account: MailAccountRow,
  row: OutboxRow,
  onSettled: (tx: Transaction, state: Settled["state"]) => Promise<void>,
): Promise<Settled> {
  if (row.state === "sent" || row.state === "unknown") {
    return { state: row.state, jmapId: row.jmapId, sentAt: row.sentAt ?? row.updatedAt };
  }
  const { db } = dependencies;
  const mark = (values: Partial<OutboxRow>, tx: Transaction | typeof db = db) =>
    tx
      .update(outbox)
      .set({ ...values, updatedAt: sql`now()` })
      .where(and(eq(outbox.organizationId, row.organizationId), eq(outbox.id, row.id)));

  let outcome: Outcome;
  let isLookup = row.state === "submitting";
  try {
    const client = await openMailbox(dependencies, account);
    const earlier = isLookup ? await findSubmitted(client, row.messageId) : null;
    if (earlier) {
      outcome = earlier.isDraft ? { state: "unknown", jmapId: earlier.jmapId } : await sent(client, earlier.jmapId);
    } else {
      isLookup = false;
      // A mail server may have been so slow that the worker took the row for abandoned, or the other way round.
      if (!(await takeOver(db, row))) return { state: "unknown", jmapId: null, sentAt: row.updatedAt };
      outcome = await submit(client, row);
    }
  } catch (error) {
    // A lookup that failed says nothing: the row stays as it is, and the worker looks again.
    if (isLookup) throw toServiceError(error);
    const failure = toRefusal(error, row);
    if (failure instanceof ServiceError) await mark({ state: "failed", errorMessage: failure.message });
    throw failure;
  }
  const sentAt = new Date().toISOString();
  const settle = async (tx: Transaction) => {
    if (outcome.email) await storeSentMessage(tx, account, outcome.email);
    await mark({ state: outcome.state, jmapId: outcome.jmapId, sentAt }, tx);
    await onSettled(tx, outcome.state);
  };
  await inTurn(db, account.userId, () => db.transaction(settle));
  return { state: outcome.state, jmapId: outcome.jmapId, sentAt };
}

/** One hand at a time: false when another one has touched the row since it was read. */
async function takeOver(db: Dependencies["db"], row: OutboxRow): Promise<boolean> {
  const untouched = and(eq(outbox.state, row.state), eq(outbox.updatedAt, row.updatedAt));
  const taken = await db
    .update(outbox)
    .set({ state: "submitting", updatedAt: sql`now()` })
    .where(and(eq(outbox.organizationId, row.organizationId), eq(outbox.id, row.id), untouched))
    .returning({ id: outbox.id });
  return taken.length > 0;
}

interface Outcome {
  state: Settled["state"];
  jmapId: string | null;
  email?: (Email & { id: string }) | null;
}

/** It is sent; that it cannot be read back now is no reason to say otherwise: the next sync will find it. */
async function sent(client: JmapClient, jmapId: string): Promise<Outcome> {
  return { state: "sent", jmapId, email: await readSentMessage(client, jmapId).catch(() => null) };
}

/** @throws only what means that the message was certainly not sent */
async function submit(client: JmapClient, { messageId, message }: OutboxRow): Promise<Outcome> {
  try {
    return await sent(client, await submitMessage(client, messageId, message));
  } catch (error) {
    if (wasCertainlyNotSent(error)) {
      if (error instanceof JmapSetError) await removeDraft(client, messageId);
      throw error;
    }
    const found = await findSubmitted(client, messageId).catch(() => null);
    if (found && !found.isDraft) return sent(client, found.jmapId);
    return { state: "unknown", jmapId: found?.jmapId ?? null };
  }
}

/** Cyrus refuses a draft with an attachment that it does not have, and keeps it all the same. */
async function removeDraft(client: JmapClient, messageId: string): Promise<void> {
  // What is left behind is no reason to hide why sending failed.
  const left = await findSubmitted(client, messageId).catch(() => null);
  if (left?.isDraft) await setEmails(client, { destroy: [left.jmapId] }).catch(() => {});
}

function wasCertainlyNotSent(error: unknown): boolean {
  if (error instanceof JmapTransportError) return !error.mayHaveArrived;
  if (error instanceof JmapHttpError) return error.status < 500;
  // Any other error of a method means that it did nothing (RFC 8620 §3.6.2).
  if (error instanceof JmapMethodError) return error.type !== "serverPartialFail";
  return error instanceof JmapSetError || error instanceof JmapRequestError || error instanceof CannotSendError;
}

function toRefusal(error: unknown, { message: { attachments } }: OutboxRow): unknown {
  if (error instanceof JmapSetError && error.type === "blobNotFound") {
    const missing = attachments.flatMap(({ blobId }, index) => (error.notFound?.includes(blobId) ? [index] : []));
    return new ServiceError("MAIL_REJECTED", {
      message: "The mail server does not have one of the attachments (any more). Upload it again.",
      details: missing.map((index) => ({ path: `attachments.${index}.blobId`, message: "is not an uploaded file" })),
      cause: error,
    });
  }
  if (error instanceof JmapSetError && error.type === "tooLarge") {
    const message = "The message with its attachments is larger than the mail server takes.";
    return new ServiceError("MAIL_REJECTED", { message, cause: error });
  }
  if (error instanceof JmapSetError) {
    const reason = error.description ?? error.properties?.join(", ") ?? error.type;
    return new ServiceError("MAIL_REJECTED", {
      message: `The mail server refused the message: ${reason}.`,
      cause: error,
    });
  }
  if (error instanceof CannotSendError)
    return new ServiceError("MAIL_REJECTED", { message: error.message, cause: error });
  return describeMailFailure(error) ? toServiceError(error) : error;
}
