import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";
import { type MailAccountRow, mirrorOf } from "../mail/mail-account.ts";
import type { ContactRow } from "./own-contact.ts";

/** How far the mail of a contact is here; `synced` counts its messages. */
export interface ContactSync {
  status: "completed" | "running" | "none";
  synced: number;
}

/** How long the caller is kept waiting, in milliseconds. */
const PATIENCE = 5_000;
/** How often it is looked: less and less, as each look takes time from what is waited for. */
const FIRST_INTERVAL = 40;
const LAST_INTERVAL = 320;

/**
 * Waits for a contact's mail, up to a few seconds, whichever process fetches it: the database knows what is missing.
 * @param sync ends when the sync that this process began does, if it is this one's: worth a look at once
 */
export async function awaitContactMail(
  { db, background }: Dependencies,
  account: MailAccountRow,
  contact: ContactRow,
  sync: Promise<unknown>,
): Promise<ContactSync> {
  const { organizationId, mailAccountId } = mirrorOf(account);
  const deadline = Date.now() + PATIENCE;
  let ended: Promise<void> | undefined = sync
    .catch(() => {})
    .then(() => {
      ended = undefined;
    });
  for (let interval = FIRST_INTERVAL; ; interval = Math.min(2 * interval, LAST_INTERVAL)) {
    const { rows } = await db.execute<{ complete: boolean; failed: boolean; synced: number }>(sql`
      SELECT s.phase = 'error' AS failed,
             s.email_state IS NOT NULL AND NOT EXISTS (
               SELECT FROM mirror_queue q CROSS JOIN unnest(q.jmap_ids) w (jmap_id)
               JOIN mailbox_messages m ON m.organization_id = q.organization_id
                 AND m.mail_account_id = q.mail_account_id AND m.jmap_id = w.jmap_id
               WHERE q.organization_id = ${organizationId} AND q.mail_account_id = ${mailAccountId}
                 AND ${contact.email.toLowerCase()} = ANY (m.addresses)) AS complete,
             coalesce((SELECT c.email_count FROM contacts c
                       WHERE c.organization_id = ${organizationId} AND c.id = ${contact.id}), 0) AS synced
      FROM mail_syncs s
      WHERE s.organization_id = ${organizationId} AND s.mail_account_id = ${mailAccountId}`);
    const [state] = rows;
    if (!state) return { status: "none", synced: 0 };
    if (state.complete) return { status: "completed", synced: state.synced };
    // A failed sync is tried again by itself, so the mail is still on its way.
    const over = state.failed || Date.now() > deadline || background.signal.aborted;
    if (over) return { status: "running", synced: state.synced };
    await Promise.race([wait(interval, undefined, { ref: false }), ...(ended ? [ended] : [])]);
  }
}
