import type { Transaction } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import { isBlocked } from "../../contacts/blocklist/is-blocked.ts";
import { rowsAs } from "../../rows.ts";
import type { MirrorKey } from "./lease.ts";
import { namesAny } from "./names-any.ts";
import { ownRows } from "./own-rows.ts";
import { queueForMirror } from "./queue-for-mirror.ts";
import { releaseUnlinked } from "./release-mail.ts";

/**
 * Brings the mail of some contacts to what the index says is theirs, whatever was changed about them (new, merged,
 * parted, blocked): links, counts and threads now, missing bodies by the next sync. What is nobody's any more goes.
 * The mirror is locked by the caller.
 *
 * @returns the contacts whose mail changed
 */
export async function settleContactMail(
  tx: Transaction,
  mirror: MirrorKey,
  contactIds: readonly string[],
): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const addresses = await selectAddresses(tx, mirror, contactIds);
  const unlinked = await unlinkOthers(tx, mirror, contactIds, addresses);
  const linked = await linkOwn(tx, mirror, addresses);
  await queueMissing(tx, mirror, addresses);
  const changed = [...new Set([...unlinked, ...linked].map((link) => link.contact_id))];
  if (changed.length === 0) return [];
  await recountContacts(tx, mirror, changed);
  await renameThreads(
    tx,
    mirror,
    [...unlinked, ...linked].map((link) => link.email_id),
  );
  await releaseUnlinked(
    tx,
    mirror,
    unlinked.map((link) => link.email_id),
  );
  return changed;
}

interface Address extends Record<string, unknown> {
  contact_id: string;
  address: string;
}

interface Link extends Record<string, unknown> {
  contact_id: string;
  email_id: string;
}

/** The addresses that make mail a contact's: its own and those merged into it, unless they are blocked. */
async function selectAddresses(tx: Transaction, mirror: MirrorKey, ids: readonly string[]): Promise<Address[]> {
  const owner = sql`c.organization_id = ${mirror.organizationId} AND c.user_id = ${mirror.userId}
    AND NOT ${isBlocked(mirror, sql`lower(c.email)`)}`;
  const wanted = sql`ANY (${sql.param([...ids])}::uuid[])`;
  const { rows } = await tx.execute<Address>(sql`
    SELECT c.id AS contact_id, lower(c.email) AS address FROM contacts c
    WHERE ${owner} AND c.id = ${wanted} AND c.merged_into_id IS NULL
    UNION ALL
    SELECT c.merged_into_id, lower(c.email) FROM contacts c WHERE ${owner} AND c.merged_into_id = ${wanted}`);
  return rows;
}

const namesOf = (addresses: readonly Address[]): string[] => [...new Set(addresses.map(({ address }) => address))];

const addressRows = (addresses: readonly Address[]): SQL => rowsAs(addresses, "contact_id uuid, address text");

async function unlinkOthers(
  tx: Transaction,
  { organizationId, mailAccountId }: MirrorKey,
  contactIds: readonly string[],
  addresses: readonly Address[],
): Promise<Link[]> {
  const { rows } = await tx.execute<Link>(sql`
    DELETE FROM email_contacts l USING emails e
    WHERE l.organization_id = ${organizationId} AND l.contact_id = ANY (${sql.param([...contactIds])}::uuid[])
      AND e.organization_id = l.organization_id AND e.id = l.email_id AND e.mail_account_id = ${mailAccountId}
      AND NOT EXISTS (
        SELECT FROM mailbox_messages m CROSS JOIN unnest(m.addresses) AS p (address), ${addressRows(addresses)}
        WHERE m.organization_id = e.organization_id AND m.mail_account_id = e.mail_account_id
          AND m.jmap_id = e.jmap_id AND r.address = p.address AND r.contact_id = l.contact_id)
    RETURNING l.contact_id, l.email_id`);
  return rows;
}

async function linkOwn(tx: Transaction, mirror: MirrorKey, addresses: readonly Address[]): Promise<Link[]> {
  const { rows } = await tx.execute<Link>(sql`
    INSERT INTO email_contacts (organization_id, contact_id, email_id, received_at)
    SELECT DISTINCT e.organization_id, r.contact_id, e.id, e.received_at
    FROM mailbox_messages m
    CROSS JOIN unnest(m.addresses) AS p (address)
    JOIN ${addressRows(addresses)} ON r.address = p.address
    JOIN emails e ON e.organization_id = m.organization_id AND e.mail_account_id = m.mail_account_id
                 AND e.jmap_id = m.jmap_id
    WHERE ${ownRows(mirror, "m")} AND ${namesAny(namesOf(addresses))}
    ON CONFLICT DO NOTHING
    RETURNING contact_id, email_id`);
  return rows;
}

async function queueMissing(tx: Transaction, mirror: MirrorKey, addresses: readonly Address[]): Promise<void> {
  await queueForMirror(tx, mirror, namesAny(namesOf(addresses)));
}

/** Counts the mail of contacts anew. */
export async function recountContacts(
  tx: Transaction,
  { organizationId }: MirrorKey,
  contactIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    UPDATE contacts c SET email_count = n.emails, unread_count = n.unread, last_email_at = n.last_at
    FROM (SELECT i.id, count(l.email_id) AS emails, count(*) FILTER (WHERE NOT e.is_read) AS unread,
                 max(l.received_at) AS last_at
          FROM unnest(${sql.param([...contactIds])}::uuid[]) AS i (id)
          LEFT JOIN email_contacts l ON l.organization_id = ${organizationId} AND l.contact_id = i.id
          LEFT JOIN emails e ON e.organization_id = l.organization_id AND e.id = l.email_id
          GROUP BY i.id) n
    WHERE c.organization_id = ${organizationId} AND c.id = n.id`);
}

/** Writes down whose the threads are that some messages are in; how much mail they have is as it was. */
export async function renameThreads(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
  emailIds: readonly string[],
): Promise<void> {
  if (emailIds.length === 0) return;
  await tx.execute(sql`
    UPDATE email_threads t SET contact_ids = ARRAY(
      SELECT DISTINCT l.contact_id FROM emails e
      JOIN email_contacts l ON l.organization_id = e.organization_id AND l.email_id = e.id
      WHERE e.organization_id = ${organizationId} AND e.user_id = ${userId} AND e.thread_id = t.thread_id)
    WHERE t.organization_id = ${organizationId} AND t.mail_account_id = ${mailAccountId}
      AND t.thread_id IN (SELECT e.thread_id FROM emails e
                          WHERE e.organization_id = ${organizationId}
                            AND e.id = ANY (${sql.param([...new Set(emailIds)])}::uuid[]))`);
}
