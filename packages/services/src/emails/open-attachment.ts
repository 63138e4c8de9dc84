import { JmapHttpError } from "@crm/jmap";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { toServiceError } from "../mail/mail-errors.ts";
import { openMailbox } from "../mail/open-mailbox.ts";
import { type AttachmentKey, findAttachment } from "./get-attachment.ts";

export interface OpenedAttachment {
  /** As fast as it is read; it fails when the mail server does, and cancelling it lets go of the mail server. */
  body: ReadableStream<Uint8Array>;
  /** Bytes, where the mail server says so. */
  length: number | null;
}

/**
 * Opens a file in a message of one's own at the mail server.
 * @param signal ends the wait for the mail server, and the body
 * @throws ServiceError NOT_FOUND, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE
 */
export async function openAttachment(
  dependencies: Dependencies,
  actor: Actor,
  key: AttachmentKey,
  signal: AbortSignal,
): Promise<OpenedAttachment> {
  const { account, attachment } = await findAttachment(dependencies.db, actor, key);
  try {
    const client = await openMailbox(dependencies, account);
    // Name and type are for the caller's answer; the mail server need not hear what somebody wrote into a message.
    const response = await client.download(attachment.blobId, {
      name: "attachment",
      type: "application/octet-stream",
      signal,
    });
    return { body: response.body ?? new Blob([]).stream(), length: lengthOf(response) };
  } catch (error) {
    if (error instanceof JmapHttpError && error.kind === "not-found") {
      throw new ServiceError("NOT_FOUND", { message: "The mail server has this attachment no more.", cause: error });
    }
    throw toServiceError(error);
  }
}

/** What was unpacked on the way is longer than it was announced. */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get("content-length");
  const isPlain = (headers.get("content-encoding") ?? "identity") === "identity";
  return isPlain && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}
