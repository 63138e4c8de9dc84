import type { StoredAttachment } from "@crm/db";

/** Pictures that are no documents: SVG can hold scripts and fetch. */
const PICTURE_TYPES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

const WRITTEN_OUT = /^data:image\/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/]*={0,2}$/i;

/** A picture's attributes in place of its `src`: shown by our own URL or as it is written out, named if it is remote. */
export type PictureSource = { src: string } | { "data-remote-src": string } | Record<string, never>;

/** Where pictures of one message come from. */
export function pictureSources({ jmapId, attachments }: { jmapId: string; attachments: readonly StoredAttachment[] }) {
  const pictures = attachments.filter(({ cid, type }) => cid !== null && PICTURE_TYPES.has(type.toLowerCase()));
  const byCid = new Map(pictures.map(({ cid, blobId }) => [bare(cid ?? ""), blobId]));

  return (src: string): PictureSource => {
    const address = src.trim();
    if (/^cid:/i.test(address)) {
      const blobId = byCid.get(bare(decode(address.slice("cid:".length))));
      return blobId === undefined ? {} : { src: attachmentUrl(jmapId, blobId) };
    }
    if (/^https?:/i.test(address)) {
      const url = URL.canParse(address) ? new URL(address) : null;
      return url ? { "data-remote-src": url.href } : {};
    }
    if (!/^data:/i.test(address)) return {};
    const written = address.replace(/\s+/g, "");
    return WRITTEN_OUT.test(written) ? { src: written } : {};
  };
}

/** Where an attachment is fetched from, relative to the server. */
export const attachmentUrl = (jmapId: string, blobId: string): string =>
  `/api/emails/${encodeURIComponent(jmapId)}/attachments/${encodeURIComponent(blobId)}`;

/** A Content-ID without the angle brackets that some programs write into either place. */
const bare = (cid: string): string => cid.trim().replace(/^<(.*)>$/, "$1");

/** In a URL it is percent-encoded (RFC 2392 §2). */
function decode(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}
