import { ADDRESS_FIELD, type Transaction } from "@crm/db";
import { sql } from "drizzle-orm";
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
  const among = (column: string) =>
    addresses === "all" ? sql`true` : sql`${sql.raw(column)} = ANY (${sql.param([...addresses])}::text[])`;
  await tx.execute(sql`
    DELETE FROM correspondents
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId} AND ${among("address")}`);
  await tx.execute(sql`
    INSERT INTO correspondents (organization_id, mail_account_id, address, name, email_count, sent_count,
                                received_count, last_email_at, automatic_reason)
    SELECT ${organizationId}::uuid, ${mailAccountId}::uuid, p.address,
           (array_agg(p.name ORDER BY (p.fields & ${ADDRESS_FIELD.from}) DESC, m.received_at DESC)
            FILTER (WHERE p.name <> ''))[1],
           count(*),
           count(*) FILTER (WHERE m.outbound AND p.fields & ${RECIPIENT_FIELDS} <> 0),
           count(*) FILTER (WHERE p.fields & ${ADDRESS_FIELD.from} <> 0),
           max(m.received_at),
           CASE WHEN 2 * count(m.automatic) FILTER (WHERE p.fields & ${ADDRESS_FIELD.from} <> 0)
                     > count(*) FILTER (WHERE p.fields & ${ADDRESS_FIELD.from} <> 0)
                THEN mode() WITHIN GROUP (ORDER BY m.automatic) FILTER (WHERE p.fields & ${ADDRESS_FIELD.from} <> 0) END
    FROM mailbox_messages m
    JOIN mail_accounts a ON a.organization_id = m.organization_id AND a.id = m.mail_account_id
    CROSS JOIN unnest(m.addresses, m.fields, m.names) AS p (address, fields, name)
    WHERE ${ownRows(mirror, "m")} AND ${addresses === "all" ? sql`true` : namesAny(addresses)} AND ${among("p.address")}
      AND p.address <> lower(a.address) AND p.address <> ALL (a.identity_addresses)
    GROUP BY p.address`);
}
