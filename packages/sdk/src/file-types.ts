import type { CallOptions } from "./call-options.ts";
import type { FileContent } from "./file-content.ts";
import type { Routes } from "./server-types.ts";

/** Calls that take or give a file, in place of those that the server's types say. */
export interface FileCalls {
  auth: {
    setAvatar: (
      input: { image: FileContent | string },
      options?: CallOptions,
    ) => Promise<Routes["auth"]["setAvatar"]["output"]>;
  };
  emails: {
    attachment: (input: { jmapId: string; blobId: string }, options?: CallOptions) => Promise<Response>;
    uploadAttachment: (
      input: UploadAttachmentInput,
      options?: CallOptions,
    ) => Promise<Routes["emails"]["uploadAttachment"]["output"]>;
  };
}

/**
 * A file to upload.
 * @example
 * ```ts
 * const input: UploadAttachmentInput = { content: new Uint8Array([80, 75]), name: "report.zip", type: "application/zip" };
 * ```
 */
export interface UploadAttachmentInput {
  /** The bytes. */
  content: FileContent;
  /** What the recipient sees. @default the name of a `File`, else "attachment" */
  name?: string | undefined;
  /** Its media type (RFC 6838). @default the type of a `Blob`, else "application/octet-stream" */
  type?: string | undefined;
}
