import { ADDRESS_FIELD, type Transaction } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";
import type { MirrorKey } from "../sync/lease.ts";
import { ownRows } from "../sync/own-rows.ts";
import { recountThreads } from "../sync/recount-threads.ts";
import { refreshCorrespondents } from "../sync/refresh-correspondents.ts";
import { recountContacts } from "../sync/settle-contact-mail.ts";
import type { SyncRun } from "../sync/sync-run.ts";
import type { MailboxDifference } from "./difference.ts";

/** Rows of one look, and so of one transaction: the mirror is locked meanwhile. */
const PAGE = 500;
const RECIPIENTS = ADDRESS_FIELD.to | ADDRESS_FIELD.cc | ADDRESS_FIELD.bcc;

/** Something that is counted: how its ids are listed, which of them are counted wrongly, and how those are counted anew. */
interface Counted {
  kind: MailboxDifference["kind"];
  message: string;
  /** A page of ids above `after`, in order. */
  list(mirror: MirrorKey, after: string): SQL;
  wrong(mirror: MirrorKey, ids: SQL): SQL;
  recount(tx: Transaction, mirror: MirrorKey, ids: string[]): Promise<void>;
}

const unreadOf = (mirror: MirrorKey): SQL => sql`
  SELECT count(*) FROM emails e WHERE ${ownRows(mirror, "e")} AND e.user_id = ${mirror.userId} AND NOT e.is_read`;

const COUNTED: readonly Counted[] = [
  {
    kind: "contact counts",
    message: "has other counts than its mail",
    list: ({ organizationId, userId }, after) => sql`
      SELECT id::text FROM contacts
      WHERE organization_id = ${organizationId} AND user_id = ${userId}
        AND id > ${after === "" ? "00000000-0000-0000-0000-000000000000" : after}::uuid
      ORDER BY contacts.id LIMIT ${PAGE}`,
    wrong: ({ organizationId }, ids) => sql`
      SELECT c.id::text FROM contacts c CROSS JOIN LATERAL (
        SELECT count(*) AS emails, count(*) FILTER (WHERE NOT e.is_read) AS unread, max(l.received_at) AS last_at
        FROM email_contacts l JOIN emails e ON e.organization_id = l.organization_id AND e.id = l.email_id
        WHERE l.organization_id = ${organizationId} AND l.contact_id = c.id) n
      WHERE c.organization_id = ${organizationId} AND c.id = ANY (${ids}::uuid[])
        AND (c.email_count, c.unread_count, c.last_email_at) IS DISTINCT FROM (n.emails, n.unread, n.last_at)`,
    recount: recountContacts,
  },
  {
    kind: "unread count",
    message: "has another count of unread messages than it has",
    list: (mirror, after) => sql`
      SELECT s.mail_account_id::text AS id FROM mail_syncs s
      WHERE ${ownRows(mirror, "s")} AND s.mail_account_id::text > ${after}`,
    wrong: (mirror, ids) => sql`
      SELECT s.mail_account_id::text AS id FROM mail_syncs s
      WHERE ${ownRows(mirror, "s")} AND s.mail_account_id = ANY (${ids}::uuid[])
        AND s.unread_count <> (${unreadOf(mirror)})`,
    recount: async (tx, mirror) => {
      await tx.execute(sql`UPDATE mail_syncs s SET unread_count = (${unreadOf(mirror)}) WHERE ${ownRows(mirror, "s")}`);
    },
  },
  {
    kind: "threads",
    message: "has other counts, dates or contacts than its mail",
    list: ({ organizationId, userId, mailAccountId }, after) => sql`
      (SELECT DISTINCT thread_id AS id FROM emails
       WHERE organization_id = ${organizationId} AND user_id = ${userId} AND thread_id > ${after}
       ORDER BY 1 LIMIT ${PAGE})
      UNION
      (SELECT thread_id FROM email_threads
       WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId} AND thread_id > ${after}
       ORDER BY 1 LIMIT ${PAGE})
      ORDER BY 1 LIMIT ${PAGE}`,
    wrong: ({ organizationId, userId, mailAccountId }, ids) => sql`
      SELECT i.id FROM unnest(${ids}::text[]) AS i (id)
      LEFT JOIN email_threads t ON t.organization_id = ${organizationId} AND t.mail_account_id = ${mailAccountId}
                               AND t.thread_id = i.id
      CROSS JOIN LATERAL (
        SELECT count(*) AS messages, count(*) FILTER (WHERE NOT e.is_read) AS unread, min(e.received_at) AS first_at,
               max(e.received_at) AS last_at
        FROM emails e
        WHERE e.organization_id = ${organizationId} AND e.user_id = ${userId} AND e.thread_id = i.id) n
      WHERE (coalesce(t.message_count, 0), coalesce(t.unread_count, 0), t.first_email_at, t.last_email_at,
             ARRAY(SELECT unnest(t.contact_ids) ORDER BY 1))
        IS DISTINCT FROM (n.messages, n.unread, n.first_at, n.last_at, ARRAY(
          SELECT DISTINCT l.contact_id FROM emails e
          JOIN email_contacts l ON l.organization_id = e.organization_id AND l.email_id = e.id
          WHERE e.organization_id = ${organizationId} AND e.user_id = ${userId} AND e.thread_id = i.id ORDER BY 1))`,
    recount: recountThreads,
  },
  {
    kind: "discovery",
    message: "has other counts than the index",
    // The addresses stand in the messages, where none can be listed from a place on: all are compared at one look, and
    // those listed are wrong already.
    list: (mirror, after) => sql`
      SELECT coalesce(n.address, c.address) AS id FROM (
        SELECT p.address, count(*) AS emails,
               count(*) FILTER (WHERE m.outbound AND p.fields & ${RECIPIENTS} <> 0) AS sent,
               count(*) FILTER (WHERE p.fields & ${ADDRESS_FIELD.from} <> 0) AS received, max(m.received_at) AS last_at
        FROM mailbox_messages m
        JOIN mail_accounts a ON a.organization_id = m.organization_id AND a.id = m.mail_account_id
        CROSS JOIN unnest(m.addresses, m.fields) AS p (address, fields)
        WHERE ${ownRows(mirror, "m")} AND p.address <> lower(a.address) AND p.address <> ALL (a.identity_addresses)
        GROUP BY p.address) n
      FULL JOIN (SELECT * FROM correspondents c WHERE ${ownRows(mirror, "c")}) c ON c.address = n.address
      WHERE (c.email_count, c.sent_count, c.received_count, c.last_email_at)
          IS DISTINCT FROM (n.emails, n.sent, n.received, n.last_at)
        AND coalesce(n.address, c.address) > ${after}
      ORDER BY 1 LIMIT ${PAGE}`,
    wrong: (_, ids) => sql`SELECT unnest(${ids}::text[]) AS id`,
    recount: refreshCorrespondents,
  },
];

/** Compares all that is counted with what it counts, a page a transaction, and counts anew what is wrong. */
export async function reconcileCounts(
  { lease, signal }: SyncRun,
  { heal }: { heal: boolean },
): Promise<MailboxDifference[]> {
  const { mirror } = lease;
  const differences: MailboxDifference[] = [];
  for (const { kind, message, list, wrong, recount } of COUNTED) {
    let after: string | undefined = "";
    while (after !== undefined) {
      signal.throwIfAborted();
      const from: string = after;
      const page = await lease.transaction(async (tx) => {
        const { rows } = await tx.execute<{ id: string }>(list(mirror, from));
        const ids = rows.map(({ id }) => id);
        const found = await tx.execute<{ id: string }>(wrong(mirror, sql`${sql.param(ids)}`));
        const wrongIds = found.rows.map(({ id }) => id);
        if (heal && wrongIds.length > 0) await recount(tx, mirror, wrongIds);
        return { wrongIds, last: ids.length < PAGE ? undefined : ids.at(-1) };
      });
      differences.push(...page.wrongIds.map((id) => ({ kind, id, message })));
      after = page.last;
    }
  }
  return differences;
}
