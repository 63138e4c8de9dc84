/**
 * A file as programs hold it: of a form, of a disk, or made up.
 * @example
 * ```ts
 * const content: FileContent = new Blob(["email,name\n"], { type: "text/csv" });
 * await crm.emails.uploadAttachment({ content, name: "contacts.csv" });
 * ```
 */
export type FileContent = Blob | Uint8Array | ArrayBuffer;

/** Bytes as they are sent: of a known length, and again when the call is repeated. */
export function toBlob(content: FileContent): Blob {
  if (content instanceof Blob) return content;
  if (typeof content !== "object") throw new TypeError("A file is a Blob, a Uint8Array or an ArrayBuffer.");
  return new Blob([content] as ConstructorParameters<typeof Blob>[0]);
}

/** Characters made of bytes at a time; engines take only so many arguments. */
const PIECE = 0x8000;

export async function toBase64(content: FileContent): Promise<string> {
  const bytes = new Uint8Array(await toBlob(content).arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(start, start + PIECE));
  }
  return btoa(binary);
}

/** A file's name in a header, whatever is in it (RFC 6266, RFC 8187). */
export const dispositionOf = (name: string): string =>
  `attachment; filename*=UTF-8''${encodeURIComponent(name.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )}`;
