import { ADDRESS_FIELD, type Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
import { findMailAccount, ownAddresses } from "../mail-account.ts";
import type { MirrorKey } from "./lease.ts";
import { namesAny } from "./names-any.ts";
import { ownRows } from "./own-rows.ts";

const RECIPIENT_FIELDS = ADDRESS_FIELD.to | ADDRESS_FIELD.cc | ADDRESS_FIELD.bcc;

/**
 * Counts anew, from the index, whom the mailbox exchanged mail with: some addresses (lower case), or "all".
 * The owner's own addresses are nobody to discover. An address is automatic when most of its mail is.
 */
export async function refreshCorrespondents(
  tx: Transaction,
  mirror: MirrorKey,
  addresses: readonly string[] | "all",
): Promise<void> {
  if (addresses !== "all" && addresses.length === 0) return;
  const { organizationId, mailAccountId } = mirror;
  const ofWanted = (column: string) =>
    addresses === "all" ? sql`true` : sql`${sql.raw(column)} = ANY (${sql.param([...addresses])}::text[])`;
  await tx.execute(sql`
    DELETE FROM correspondents
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId} AND ${ofWanted("address")}`);
  const account = await findMailAccount(tx, mirror);
  if (!account) return;
  const own = ownAddresses(account);
  // Not to look for the owner, who is in all of the mail.
  const inMessage = addresses === "all" ? sql`true` : namesAny(addresses.filter((address) => !own.has(address)));
  // Counted by name and reason first, so that only those few are put in order. Arrays side by side in the select list
  // are read three times as fast as in FROM.
  await tx.execute(sql`
    INSERT INTO correspondents (organization_id, mail_account_id, address, name, email_count, sent_count,
                                received_count, last_email_at, automatic_reason)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, g.address,
           (array_agg(g.name ORDER BY g.is_from DESC, g.last_at DESC) FILTER (WHERE g.name <> ''))[1],
           sum(g.emails), sum(g.sent), coalesce(sum(g.emails) FILTER (WHERE g.is_from), 0), max(g.last_at),
           CASE WHEN 2 * sum(g.emails) FILTER (WHERE g.is_from AND g.automatic IS NOT NULL)
                     > sum(g.emails) FILTER (WHERE g.is_from)
                THEN (array_agg(g.automatic ORDER BY g.emails DESC, g.automatic)
                      FILTER (WHERE g.is_from AND g.automatic IS NOT NULL))[1] END
    FROM (
      SELECT p.address, p.name, p.fields & ${ADDRESS_FIELD.from} <> 0 AS is_from, p.automatic, count(*) AS emails,
             count(*) FILTER (WHERE p.outbound AND p.fields & ${RECIPIENT_FIELDS} <> 0) AS sent,
             max(p.received_at) AS last_at
      FROM (SELECT unnest(m.addresses) AS address, unnest(m.fields) AS fields, unnest(m.names) AS name, m.outbound,
                   m.automatic, m.received_at
            FROM mailbox_messages m WHERE ${ownRows(mirror, "m")} AND ${inMessage}) p
      WHERE ${ofWanted("p.address")} AND p.address <> ALL (${sql.param([...own])}::text[])
      GROUP BY 1, 2, 3, 4) g
    GROUP BY g.address`);
}
