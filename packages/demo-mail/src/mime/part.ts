/** A header field as it stands in the message: `value` is Raw form (RFC 8621 §4.1.2.1), what follows the colon. */
export interface HeaderField {
  name: string;
  value: string;
}

/** One MIME part. `content` is still in `transferEncoding`; multiparts have `parts` and no content. */
export interface MimePart {
  headers: HeaderField[];
  /** Lower case, e.g. `text/plain`. */
  type: string;
  /** Of the Content-Type; null when not given. */
  charset: string | null;
  /** Lower case, or null. */
  disposition: string | null;
  name: string | null;
  /** Content-Id without its brackets. */
  cid: string | null;
  language: string[] | null;
  location: string | null;
  transferEncoding: string;
  content: Buffer;
  parts: MimePart[] | null;
  /** What separates the parts of a multipart. */
  boundary: string | null;
  /** "1", "2", "2.1" … for leaves; null for multiparts (RFC 8621 §4.1.4). */
  partId: string | null;
}

/** Gives the leaves their part ids, depth first, as IMAP counts them. */
export function numberParts(root: MimePart): MimePart {
  if (root.parts) numberChildren(root.parts, "");
  else root.partId = "1";
  return root;
}

function numberChildren(parts: MimePart[], prefix: string): void {
  for (const [index, part] of parts.entries()) {
    const number = `${prefix}${index + 1}`;
    if (part.parts) numberChildren(part.parts, `${number}.`);
    else part.partId = number;
  }
}

/** All leaves of a message in order. */
export function* leavesOf(part: MimePart): Generator<MimePart> {
  if (part.parts) for (const child of part.parts) yield* leavesOf(child);
  else yield part;
}

export function headerOf(part: MimePart, name: string): string | null {
  const wanted = name.toLowerCase();
  // The last instance counts where there are several (RFC 8621 §4.1.3).
  for (let index = part.headers.length - 1; index >= 0; index -= 1) {
    const field = part.headers[index];
    if (field?.name.toLowerCase() === wanted) return field.value;
  }
  return null;
}
