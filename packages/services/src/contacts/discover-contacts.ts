import { correspondents } from "@crm/db";
import type { Correspondent } from "@crm/schemas";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { containsFolded } from "../folded-text.ts";
import { getOwnMailAccount } from "../mail/mail-account.ts";
import { decodeCursor, toPage } from "../paging.ts";
import { isBlocked } from "./blocklist/is-blocked.ts";

export interface DiscoverContactsInput {
  search?: string | undefined;
  isContact?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

const isAutomatic = sql<boolean>`(${correspondents.automaticReason} IS NOT NULL)`;

const REASONS: Record<string, string> = {
  newsletter: "Sends newsletters or to mailing lists.",
  "no-reply": "An address that takes no replies.",
  "auto-submitted": "Its mail is written by a machine.",
};

/**
 * Whom one exchanged mail with, by the index of the whole mailbox: people first, the most mail first; the blocked
 * never. While a mailbox is indexed for the first time it is counted at 1,000, 2,000, 4,000 … messages.
 * @throws ServiceError MAILBOX_NOT_LINKED
 */
export async function discoverContacts(
  { db }: Dependencies,
  actor: Actor,
  input: DiscoverContactsInput,
): Promise<{ items: Correspondent[]; nextCursor: string | null }> {
  const account = await getOwnMailAccount(db, actor);
  const contactExists = sql<boolean>`EXISTS (SELECT FROM contacts c
    WHERE c.organization_id = ${actor.organizationId} AND c.user_id = ${actor.userId}
      AND lower(c.email) = correspondents.address)`;
  const rows = await db
    .select({
      email: correspondents.address,
      name: correspondents.name,
      emailCount: correspondents.emailCount,
      sentCount: correspondents.sentCount,
      receivedCount: correspondents.receivedCount,
      isContact: contactExists,
      lastEmailDate: correspondents.lastEmailAt,
      automatic: isAutomatic,
      automaticReason: correspondents.automaticReason,
    })
    .from(correspondents)
    .where(
      and(
        eq(correspondents.organizationId, account.organizationId),
        eq(correspondents.mailAccountId, account.id),
        input.isContact === undefined ? undefined : input.isContact ? contactExists : sql`NOT ${contactExists}`,
        sql`NOT ${isBlocked(actor, sql`correspondents.address`)}`,
        input.search === undefined ? undefined : containsFolded(correspondents.search, input.search.trim()),
        input.cursor === undefined ? undefined : isAfter(input.cursor),
      ),
    )
    .orderBy(isAutomatic, sql`${correspondents.emailCount} DESC`, correspondents.address)
    .limit(input.limit + 1);
  return toPage(
    rows,
    input.limit,
    (row) => [row.automatic, row.emailCount, row.email],
    ({ automatic, automaticReason, ...row }) => ({
      ...row,
      kind: automatic ? "automatic" : "person",
      reason: automaticReason === null ? null : (REASONS[automaticReason] ?? automaticReason),
    }),
  );
}

function isAfter(cursor: string): SQL {
  const [automatic, emailCount, address] = decodeCursor(cursor, "boolean", "integer", "string");
  return sql`(${isAutomatic} > ${automatic} OR (${isAutomatic} = ${automatic}
    AND (${correspondents.emailCount} < ${emailCount}
      OR (${correspondents.emailCount} = ${emailCount} AND ${correspondents.address} > ${address}))))`;
}
