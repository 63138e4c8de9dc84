import { createHash, randomUUID } from "node:crypto";
import { type OutgoingMessage, outbox } from "@crm/db";
import type { Email } from "@crm/schemas";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { type AuditAction, recordAudit } from "../../audit/record-audit.ts";
import { violatedForeignKey } from "../../database-errors.ts";
import type { Dependencies } from "../../dependencies.ts";
import { selectEmails } from "../../emails/email-view.ts";
import { ServiceError } from "../../errors.ts";
import type { MailAccountRow } from "../mail-account.ts";
import { handOver, type OutboxRow } from "./hand-over.ts";

export interface SentEmail {
  /** With angle brackets. */
  messageId: string;
  sentAt: string;
  status: "sent" | "unknown";
  /** As it is mirrored; null when none of its people is a contact. */
  email: Email | null;
}

export interface SendOptions {
  /** The same key never sends twice, whatever crashed in between. */
  idempotencyKey?: string | null;
}

interface Outgoing extends SendOptions {
  action: AuditAction;
  /** What was asked for; by it and the key a repeated request is known, whatever is in the thread by then. */
  request: object;
  message: OutgoingMessage;
}

/**
 * Sends a message: written to the outbox first, then handed to the mail server, then stored in its thread.
 * @throws ServiceError MAIL_REJECTED, MAIL_SERVER_UNAVAILABLE (it was certainly not sent)
 */
export async function sendMessage(
  dependencies: Dependencies,
  actor: Actor,
  account: MailAccountRow,
  { action, request, message, idempotencyKey = null }: Outgoing,
): Promise<SentEmail> {
  const row = await writeDown(
    dependencies,
    actor,
    account,
    message,
    idempotencyKey && keyOf(idempotencyKey, action, request),
  );
  const entry = {
    organizationId: actor.organizationId,
    userId: actor.userId,
    username: actor.username,
    action,
    resource: "email",
    resourceId: row.messageId,
    newValue: {
      to: message.to.map(({ email }) => email),
      cc: message.cc.map(({ email }) => email),
      bcc: message.bcc.map(({ email }) => email),
      subject: message.subject,
    },
  } as const;
  try {
    const settled = await handOver(dependencies, account, row, (tx, state) =>
      recordAudit(tx, actor, {
        ...entry,
        ...(state === "unknown" ? { errorMessage: "it cannot be known whether the message was sent" } : {}),
      }),
    );
    const [email] = await selectEmails(
      dependencies.db,
      actor,
      (table) => ofAccountAnd(table, account, settled.jmapId),
      1,
    );
    return { messageId: `<${row.messageId}>`, sentAt: settled.sentAt, status: settled.state, email: email ?? null };
  } catch (error) {
    if (error instanceof ServiceError) {
      await recordAudit(dependencies.db, actor, { ...entry, errorMessage: error.message });
    }
    throw error;
  }
}

const ofAccountAnd = (
  table: Parameters<Parameters<typeof selectEmails>[2]>[0],
  account: MailAccountRow,
  jmapId: string | null,
) => and(eq(table.mailAccountId, account.id), eq(table.jmapId, jmapId ?? ""));

/** With the request in it, a key that is used again for another one (a day later, after a failure) is another key. */
const keyOf = (idempotencyKey: string, action: AuditAction, request: object): string =>
  createHash("sha256")
    .update(JSON.stringify([idempotencyKey, action, request]))
    .digest("base64url");

async function writeDown(
  { db }: Dependencies,
  { organizationId, userId }: Actor,
  account: MailAccountRow,
  message: OutgoingMessage,
  idempotencyKey: string | null,
): Promise<OutboxRow> {
  const domain = account.address.slice(account.address.lastIndexOf("@") + 1);
  const [row] = await db
    .insert(outbox)
    .values({
      organizationId,
      userId,
      mailAccountId: account.id,
      messageId: `${randomUUID()}@${domain}`,
      idempotencyKey,
      message,
    })
    .onConflictDoNothing()
    .returning()
    .catch((error: unknown) => {
      // Unlinked since the account was read.
      if (violatedForeignKey(error) === "outbox_account_fk") throw new ServiceError("MAILBOX_NOT_LINKED");
      throw error;
    });
  if (row) return row;
  const [earlier] = await db
    .select()
    .from(outbox)
    .where(
      and(
        eq(outbox.organizationId, organizationId),
        eq(outbox.userId, userId),
        eq(outbox.idempotencyKey, idempotencyKey ?? ""),
      ),
    );
  if (!earlier) throw new Error("the outbox took neither the message nor has it one of this key");
  return earlier;
}
