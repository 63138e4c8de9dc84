import type { CallOptions } from "./call-options.ts";
import type { FileContent } from "./file-content.ts";
import type { Routes } from "./server-types.ts";

/** Calls that take or give a file, in place of those that the server's types say. */
export interface FileCalls {
  auth: {
    /** Sets one's picture: PNG, JPEG or WebP of at most 2 MiB, also as a string in base64. */
    setAvatar(
      input: { image: FileContent | string },
      options?: CallOptions,
    ): Promise<Routes["auth"]["setAvatar"]["output"]>;
  };
  emails: {
    /**
     * Fetches a file of a message. The body is streamed: read it, or cancel it.
     * @example const file = await crm.emails.attachment({ jmapId, blobId }); const blob = await file.blob();
     */
    attachment(input: { jmapId: string; blobId: string }, options?: CallOptions): Promise<Response>;
    /** Uploads a file of at most 25 MiB, to be named in the `attachments` of `send` and `reply`. */
    uploadAttachment(
      input: UploadAttachmentInput,
      options?: CallOptions,
    ): Promise<Routes["emails"]["uploadAttachment"]["output"]>;
  };
}

/**
 * A file to upload.
 * @example { content: new Blob([csv], { type: "text/csv" }), name: "report.csv" }
 */
export interface UploadAttachmentInput {
  /** The bytes. */
  content: FileContent;
  /** @default the name of a `File`, else "attachment" */
  name?: string | undefined;
  /** @default the type of a `Blob`, else "application/octet-stream" */
  type?: string | undefined;
}
