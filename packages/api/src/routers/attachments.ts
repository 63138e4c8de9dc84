import {
  ATTACHMENT_MAX_BYTES,
  attachmentInput,
  attachmentOutput,
  uploadAttachmentInput,
  uploadAttachmentOutput,
} from "@crm/schemas";
import { getAttachment, ServiceError, uploadAttachment } from "@crm/services";
import { protectedProcedure } from "../procedures.ts";

const tags = ["Emails"];

/** Files in mail, and files to be sent. */
export const attachmentProcedures = {
  attachment: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: {
        method: "GET",
        path: "/api/emails/{jmapId}/attachments/{blobId}",
        tags,
        summary: "A file in a message, as a download",
        description:
          "Streamed from the mail server. Types that a browser would run come as `application/octet-stream`.",
      },
      download: true,
      errors: ["NOT_FOUND", "MAILBOX_AUTH_FAILED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(attachmentInput)
    .output(attachmentOutput)
    .query(({ ctx, input }) => getAttachment(ctx.dependencies, ctx.actor, input)),

  uploadAttachment: protectedProcedure
    .meta({
      scope: "emails:write",
      openapi: {
        method: "POST",
        path: "/api/emails/attachments",
        tags,
        summary: "Upload a file to send",
        description:
          "The body is the file, of at most 25 MiB, with `Content-Type` and `Content-Disposition`. It goes to the mail " +
          "server, which forgets it after a while when no message was sent with it.",
      },
      streamedUpload: { maxBytes: ATTACHMENT_MAX_BYTES },
      successStatus: 201,
      errors: ["MAILBOX_NOT_LINKED", "MAILBOX_AUTH_FAILED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(uploadAttachmentInput)
    .output(uploadAttachmentOutput)
    .mutation(({ ctx, input: { content, ...file } }) => {
      const bytes = ctx.upload ?? (content === undefined ? null : Buffer.from(content, "base64"));
      if (!bytes) throw new ServiceError("VALIDATION_ERROR", { details: [{ path: "content", message: "is needed" }] });
      return uploadAttachment(ctx.dependencies, ctx.actor, { ...file, content: bytes });
    }),
};
