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

/** How long the caller is kept waiting, and how often it is looked, in milliseconds. */
const PATIENCE = 5_000;
const INTERVAL = 40;

/**
 * Waits for a contact's mail, up to a few seconds, whichever process fetches it: the database knows what is missing.
 */
export async function awaitContactMail(
  { db, background }: Dependencies,
  account: MailAccountRow,
  contact: ContactRow,
): Promise<ContactSync> {
  const { organizationId, mailAccountId } = mirrorOf(account);
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { rows } = await db.execute<{ complete: boolean; failed: boolean; synced: number }>(sql`
      SELECT s.phase = 'error' AS failed,
             s.email_state IS NOT NULL AND NOT EXISTS (
               SELECT FROM mirror_queue q
               JOIN mailbox_people p ON p.organization_id = q.organization_id
                 AND p.mail_account_id = q.mail_account_id AND p.jmap_id = q.jmap_id
               WHERE q.organization_id = ${organizationId} AND q.mail_account_id = ${mailAccountId}
                 AND p.address = ${contact.email.toLowerCase()}) AS complete,
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
    await wait(INTERVAL);
  }
}
