import { z } from "zod";
import { jmapId, singleLineText } from "./primitives.ts";

/** Largest file that may be uploaded, in bytes. */
export const ATTACHMENT_MAX_BYTES = 25 * 1_048_576;

/** A file's name; directories before it are the caller's affair. */
const fileName = singleLineText(255).min(1);
/** RFC 6838 §4.2, without parameters. */
const mediaType = z.string().regex(/^[\w.+-]{1,127}\/[\w.+-]{1,127}$/, "must be a media type");

export const attachment = z
  .object({
    blobId: z.string(),
    name: z.string().nullable(),
    type: z.string(),
    /** Octets after decoding. */
    size: z.number().int(),
  })
  .meta({ id: "Attachment" });

export const attachmentInput = z.strictObject({ jmapId, blobId: jmapId });
/** Over REST the answer is the bytes themselves; everywhere else it says where they are. */
export const attachmentOutput = attachment.extend({ url: z.string() });

export const uploadAttachmentInput = z.strictObject({
  name: fileName,
  type: mediaType.default("application/octet-stream"),
  /** In base64, as far as a JSON body goes; over REST the body itself is the file. */
  content: z.base64().optional(),
});
export const uploadAttachmentOutput = attachment.extend({ name: z.string() });
/** An uploaded file, to be sent with a message. */
export const outgoingAttachment = z.strictObject({ blobId: jmapId, name: fileName, type: mediaType });
