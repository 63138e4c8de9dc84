import { dispositionOf, type FileContent, toBase64, toBlob } from "./file-content.ts";
import type { UploadAttachmentInput } from "./file-types.ts";
import type { RestCall } from "./rest-transport.ts";

/** Bytes a second; a large upload is given the time that it takes at this pace. */
const SLOWEST_UPLOAD = 128 * 1024;

/** How a call is sent: as a request of its own where it carries a file, else by its input. */
export async function prepareCall(path: string, input: unknown): Promise<{ input: unknown } | { rest: RestCall }> {
  if (path === "emails.attachment") return { rest: toDownload(input as { jmapId: string; blobId: string }) };
  if (path === "emails.uploadAttachment") return { rest: toUpload(input as UploadAttachmentInput) };
  if (path !== "auth.setAvatar") return { input };
  const { image, ...rest } = input as { image: FileContent | string };
  return { input: { ...rest, image: typeof image === "string" ? image : await toBase64(image) } };
}

const toDownload = ({ jmapId, blobId }: { jmapId: string; blobId: string }): RestCall => ({
  method: "GET",
  path: `/api/emails/${encodeURIComponent(jmapId)}/attachments/${encodeURIComponent(blobId)}`,
  read: async (response) => response,
});

function toUpload({ content, name, type }: UploadAttachmentInput): RestCall {
  const body = toBlob(content);
  const ownName = "name" in content && typeof content.name === "string" ? content.name : "";
  return {
    method: "POST",
    path: "/api/emails/attachments",
    headers: {
      "content-type": type ?? (body.type || "application/octet-stream"),
      "content-disposition": dispositionOf(name ?? (ownName || "attachment")),
    },
    body,
    extraTime: (body.size / SLOWEST_UPLOAD) * 1000,
    read: async (response) => ((await response.json()) as { data: unknown }).data,
  };
}
