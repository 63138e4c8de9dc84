import { bodyListsOf } from "../mime/body-lists.ts";
import { decodeText } from "../mime/decode-content.ts";
import { leavesOf, type MimePart } from "../mime/part.ts";

export interface BodyValueOptions {
  fetchTextBodyValues: boolean;
  fetchHTMLBodyValues: boolean;
  fetchAllBodyValues: boolean;
  /** Octets of UTF-8; 0 means all of it. */
  maxBodyValueBytes: number;
}

interface BodyValue {
  value: string;
  isEncodingProblem: boolean;
  isTruncated: boolean;
}

/** The texts that the fetch* arguments of Email/get ask for, by part id (RFC 8621 §4.2). */
export function bodyValuesOf(root: MimePart, options: BodyValueOptions): Record<string, BodyValue> {
  const { textBody, htmlBody } = bodyListsOf(root);
  const parts = new Set<MimePart>([
    ...(options.fetchTextBodyValues ? textBody : []),
    ...(options.fetchHTMLBodyValues ? htmlBody : []),
    ...(options.fetchAllBodyValues ? leavesOf(root) : []),
  ]);
  const values: Record<string, BodyValue> = {};
  for (const part of parts) {
    if (!part.type.startsWith("text/") || part.partId === null) continue;
    const { text, isEncodingProblem } = decodeText(part);
    const value = truncate(text, options.maxBodyValueBytes, part.type === "text/html");
    values[part.partId] = { value, isEncodingProblem, isTruncated: value !== text };
  }
  return values;
}

/** Cuts at a whole character, and in HTML never inside a tag. */
function truncate(text: string, maxBytes: number, isHtml: boolean): string {
  const octets = Buffer.from(text);
  if (maxBytes === 0 || octets.length <= maxBytes) return text;
  let end = maxBytes;
  // 10xxxxxx goes on with a character that began before.
  while (end > 0 && ((octets[end] as number) & 0xc0) === 0x80) end -= 1;
  const cut = octets.toString("utf8", 0, end);
  const openTag = cut.lastIndexOf("<");
  return isHtml && openTag > cut.lastIndexOf(">") ? cut.slice(0, openTag) : cut;
}
