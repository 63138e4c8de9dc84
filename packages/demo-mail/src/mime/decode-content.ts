import { isUtf8 } from "node:buffer";
import { decode } from "libqp";
import type { MimePart } from "./part.ts";

/** The octets of a part without its Content-Transfer-Encoding: what its blob holds. */
export function decodeContent(part: MimePart): Buffer {
  if (part.transferEncoding === "base64") return Buffer.from(part.content.toString("latin1"), "base64");
  if (part.transferEncoding === "quoted-printable") return decode(part.content.toString("latin1"));
  return part.content;
}

const sizes = new WeakMap<MimePart, number>();

/** Octets of {@link decodeContent}; parts never change, so each is counted once. */
export function contentSize(part: MimePart): number {
  let size = sizes.get(part);
  if (size === undefined) {
    size = part.parts ? 0 : decodeContent(part).length;
    sizes.set(part, size);
  }
  return size;
}

/** @returns the text of a part in Unicode with LF line ends, and whether anything could not be decoded (RFC 8621 §4.1.4). */
export function decodeText(part: MimePart): { text: string; isEncodingProblem: boolean } {
  const octets = decodeContent(part);
  const known = /^(7bit|8bit|binary|base64|quoted-printable)$/.test(part.transferEncoding);
  const { text, isEncodingProblem } = decodeCharset(octets, part.charset);
  return { text: text.replace(/\r\n/g, "\n"), isEncodingProblem: isEncodingProblem || !known };
}

function decodeCharset(octets: Buffer, charset: string | null): { text: string; isEncodingProblem: boolean } {
  // US-ASCII is read as UTF-8, its superset: mailers that say the one often send the other.
  const label = !charset || /^(us-)?ascii$/i.test(charset) ? "utf-8" : charset;
  if (/^utf-?8$/i.test(label) && isUtf8(octets)) {
    return { text: octets.toString("utf8").replace(/^\ufeff/, ""), isEncodingProblem: false };
  }
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(octets), isEncodingProblem: false };
  } catch (error) {
    // A TypeError says broken octets, a RangeError an unknown label.
    const decoder = error instanceof RangeError ? new TextDecoder("utf-8") : new TextDecoder(label);
    return { text: decoder.decode(octets), isEncodingProblem: true };
  }
}
