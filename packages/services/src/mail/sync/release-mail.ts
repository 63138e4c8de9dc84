import { setTimeout as wait } from "node:timers/promises";
import { mirrorReleases, type Transaction } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import { isBlocked } from "../../contacts/blocklist/is-blocked.ts";
import type { Dependencies } from "../../dependencies.ts";
import { lockMirrorIfLinked, type MirrorKey } from "./lease.ts";
import { removeEmails } from "./remove-emails.ts";

/** Messages a transaction: the mirror is locked meanwhile, and a sync must not wait long. */
const BATCH = 500;
/** How long a request waits for what goes on in the background, in milliseconds. */
const PATIENCE = 3_000;

const ofMirror = ({ organizationId, mailAccountId }: MirrorKey) =>
  and(eq(mirrorReleases.organizationId, organizationId), eq(mirrorReleases.mailAccountId, mailAccountId));

/**
 * Takes those of the messages away that no contact has any more: the first of them in this transaction, what is more
 * than a batch by `finishReleases` after it.
 */
export async function releaseUnlinked(tx: Transaction, mirror: MirrorKey, emailIds: readonly string[]): Promise<void> {
  if (emailIds.length === 0) return;
  const { organizationId, mailAccountId } = mirror;
  await tx.execute(sql`
    INSERT INTO mirror_releases (organization_id, mail_account_id, email_id)
    SELECT e.organization_id, e.mail_account_id, e.id FROM emails e
    WHERE e.organization_id = ${organizationId} AND e.mail_account_id = ${mailAccountId}
      AND e.id = ANY (${sql.param([...emailIds])}::uuid[])
      AND NOT EXISTS (SELECT FROM email_contacts l WHERE l.organization_id = e.organization_id AND l.email_id = e.id)
    ON CONFLICT DO NOTHING`);
  await releaseBatch(tx, mirror);
}

/** What is queued for fetching, and names no contact any more, is not wanted any more. */
export async function forgetUnwanted(
  tx: Transaction,
  { organizationId, mailAccountId, userId }: MirrorKey,
): Promise<void> {
  await tx.execute(sql`
    UPDATE mirror_queue q SET jmap_ids = ARRAY(
      SELECT w.jmap_id FROM unnest(q.jmap_ids) WITH ORDINALITY w (jmap_id, place)
      WHERE EXISTS (
        SELECT FROM mailbox_messages m CROSS JOIN unnest(m.addresses) AS p (address)
        JOIN contacts c ON c.organization_id = m.organization_id AND c.user_id = ${userId} AND lower(c.email) = p.address
        WHERE m.organization_id = q.organization_id AND m.mail_account_id = q.mail_account_id
          AND m.jmap_id = w.jmap_id AND NOT ${isBlocked({ organizationId, userId }, sql`p.address`)})
      ORDER BY w.place)
    WHERE q.organization_id = ${organizationId} AND q.mail_account_id = ${mailAccountId}`);
  await tx.execute(sql`
    DELETE FROM mirror_queue
    WHERE organization_id = ${organizationId} AND mail_account_id = ${mailAccountId} AND jmap_ids = '{}'`);
}

/** @returns how many were looked at; fewer than a batch were the last */
async function releaseBatch(tx: Transaction, mirror: MirrorKey): Promise<number> {
  const { rows } = await tx.execute<{ email_id: string; is_shared: boolean }>(sql`
    SELECT x.email_id, EXISTS (SELECT FROM email_contacts l
      WHERE l.organization_id = x.organization_id AND l.email_id = x.email_id) AS is_shared
    FROM mirror_releases x
    WHERE x.organization_id = ${mirror.organizationId} AND x.mail_account_id = ${mirror.mailAccountId}
    LIMIT ${BATCH}`);
  if (rows.length === 0) return 0;
  // Somebody may have become a contact again while it waited.
  await removeEmails(tx, mirror, { emailIds: rows.filter((row) => !row.is_shared).map((row) => row.email_id) });
  const ids = sql.param(rows.map((row) => row.email_id));
  await tx.delete(mirrorReleases).where(and(ofMirror(mirror), sql`${mirrorReleases.emailId} = ANY (${ids}::uuid[])`));
  return rows.length;
}

/** Takes away, batch by batch, what waits for it. Any number of processes may be at it. */
export async function drainReleases({ db, background }: Dependencies, mirror: MirrorKey): Promise<void> {
  const isWaiting = async () => (await db.select().from(mirrorReleases).where(ofMirror(mirror)).limit(1)).length > 0;
  while (!background.signal.aborted && (await isWaiting())) {
    await db.transaction(async (tx) => {
      if (await lockMirrorIfLinked(tx, mirror)) await releaseBatch(tx, mirror);
    });
  }
}

/** The same after a change of contacts. A request waits for it a little; it goes on after that, and with the next sync. */
export async function finishReleases(dependencies: Dependencies, mirror: MirrorKey): Promise<void> {
  const draining = drainReleases(dependencies, mirror);
  dependencies.background.run("release", draining);
  await Promise.race([draining.catch(() => {}), wait(PATIENCE, undefined, { ref: false })]);
}
