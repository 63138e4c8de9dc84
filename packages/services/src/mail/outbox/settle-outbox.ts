import { outbox } from "@crm/db";
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { findMailAccount } from "../mail-account.ts";
import { handOver, type OutboxRow } from "./hand-over.ts";

/** A message that nobody has touched for so long belongs to a process that died. */
const ABANDONED_AFTER = "60 seconds";
const MESSAGES_AT_A_TIME = 20;

/**
 * Brings messages to an end that a crash left half-way: sent, or `unknown` where that cannot be known.
 *
 * @returns how many were settled
 */
export async function settleOutbox(dependencies: Dependencies): Promise<number> {
  let settled = 0;
  for (const row of await claim(dependencies)) {
    try {
      await settle(dependencies, row);
      settled++;
    } catch (error) {
      // The mail server is away, or refuses it by now: the row says so, or is looked at again in a minute.
      dependencies.logger.warn({ err: error, outboxId: row.id }, "a message could not be settled");
    }
  }
  return settled;
}

/** Touching the rows makes them this process' own for the next minute. */
async function claim({ db }: Dependencies): Promise<OutboxRow[]> {
  const abandoned = and(
    inArray(outbox.state, ["queued", "submitting"]),
    lt(outbox.updatedAt, sql`now() - ${ABANDONED_AFTER}::interval`),
  );
  const candidates = await db
    .select({ id: outbox.id, organizationId: outbox.organizationId })
    .from(outbox)
    .where(abandoned)
    .limit(MESSAGES_AT_A_TIME);
  const claimed: OutboxRow[] = [];
  for (const { id, organizationId } of candidates) {
    const [row] = await db
      .update(outbox)
      .set({ updatedAt: sql`now()` })
      .where(and(eq(outbox.organizationId, organizationId), eq(outbox.id, id), abandoned))
      .returning();
    if (row) claimed.push(row);
  }
  return claimed;
}

async function settle(dependencies: Dependencies, row: OutboxRow): Promise<void> {
  const { organizationId, userId, mailAccountId, messageId } = row;
  const account = await findMailAccount(dependencies.db, { organizationId, mailAccountId });
  if (!account) throw new ServiceError("MAILBOX_NOT_LINKED");
  await handOver(dependencies, account, row, (tx, state) =>
    recordAudit(
      tx,
      { requestId: "outbox", ipAddress: null, userAgent: null },
      {
        organizationId,
        userId,
        username: null,
        action: "email.send",
        resource: "email",
        resourceId: messageId,
        newValue: { settledAs: state },
      },
    ),
  );
}
