import { type Database, emails, type StoredAttachment } from "@crm/db";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { attachmentUrl } from "../mail/bodies/picture-source.ts";
import { findOwnMailAccount, type MailAccountRow } from "../mail/mail-account.ts";

export interface AttachmentKey {
  jmapId: string;
  blobId: string;
}

/** What is known of a file in a message of one's own, and where it is fetched from. @throws ServiceError NOT_FOUND */
export async function getAttachment(
  { db }: Dependencies,
  actor: Actor,
  key: AttachmentKey,
): Promise<{ blobId: string; name: string | null; type: string; size: number; url: string }> {
  const { attachment } = await findAttachment(db, actor, key);
  const { blobId, name, type, size } = attachment;
  return { blobId, name, type, size, url: attachmentUrl(key.jmapId, blobId) };
}

/**
 * The mail server gives any blob of the account to whoever names it. Ours is only what this message holds.
 * @throws ServiceError NOT_FOUND
 */
export async function findAttachment(
  db: Database,
  actor: Actor,
  { jmapId, blobId }: AttachmentKey,
): Promise<{ account: MailAccountRow; attachment: StoredAttachment }> {
  const account = await findOwnMailAccount(db, actor);
  const [message] = account
    ? await db
        .select({ attachments: emails.attachments })
        .from(emails)
        .where(
          and(
            eq(emails.organizationId, account.organizationId),
            eq(emails.mailAccountId, account.id),
            eq(emails.jmapId, jmapId),
          ),
        )
    : [];
  const attachment = message?.attachments.find((one) => one.blobId === blobId);
  if (!account || !attachment) throw new ServiceError("NOT_FOUND", { message: "There is no such attachment." });
  return { account, attachment };
}
