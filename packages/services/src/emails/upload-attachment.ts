import { JmapHttpError, JmapRequestError, type UploadedBlob } from "@crm/jmap";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { getOwnMailAccount, type MailAccountRow } from "../mail/mail-account.ts";
import { toServiceError } from "../mail/mail-errors.ts";
import { openMailbox } from "../mail/open-mailbox.ts";
import type { FileUpload } from "./file-upload.ts";

export interface UploadAttachmentInput {
  name: string;
  type: string;
  content: Uint8Array | FileUpload;
}

/**
 * Hands a file to the mail server (RFC 8620 §6.1), from where a message can be sent with it. The server forgets files
 * that no message holds after a while.
 * @throws ServiceError MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE; PAYLOAD_TOO_LARGE for what the
 *   mail server does not take
 */
export async function uploadAttachment(
  dependencies: Dependencies,
  actor: Actor,
  { name, type, content }: UploadAttachmentInput,
): Promise<{ blobId: string; name: string; type: string; size: number }> {
  const account = await getOwnMailAccount(dependencies.db, actor);
  const { blobId, size } = await upload(dependencies, account, type, content);
  await recordAudit(dependencies.db, actor, {
    organizationId: actor.organizationId,
    userId: actor.userId,
    username: actor.username,
    action: "email.upload_attachment",
    resource: "attachment",
    resourceId: blobId,
    newValue: { name, type, size },
  });
  return { blobId, name, type, size };
}

async function upload(
  dependencies: Dependencies,
  account: MailAccountRow,
  type: string,
  content: UploadAttachmentInput["content"],
): Promise<UploadedBlob> {
  const isWhole = content instanceof Uint8Array;
  try {
    const client = await openMailbox(dependencies, account);
    const size = isWhole ? content.byteLength : content.size;
    return await client.upload(isWhole ? content : content.stream, { type, ...(size !== null && { size }) });
  } catch (error) {
    if (!isWhole && content.failure) throw content.failure;
    if (isTooLarge(error)) {
      const message = "The mail server does not take a file of this size.";
      throw new ServiceError("PAYLOAD_TOO_LARGE", { message, cause: error });
    }
    throw toServiceError(error);
  }
}

const isTooLarge = (error: unknown): boolean =>
  (error instanceof JmapRequestError && error.limit === "maxSizeUpload") ||
  (error instanceof JmapHttpError && error.status === 413);
