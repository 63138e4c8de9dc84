import { createHash } from "node:crypto";
import libmime from "libmime";
import { encode, wrap } from "libqp";
import type { MimePart } from "./part.ts";

const CRLF = "\r\n";

/** Writes a tree of parts as a raw RFC 5322 message; leaves carry their content already in its transfer encoding. */
export function serializeMessage(root: MimePart): Buffer {
  const chunks: (string | Buffer)[] = [];
  writePart(root, chunks);
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk)));
}

function writePart(part: MimePart, chunks: (string | Buffer)[]): void {
  for (const field of part.headers) chunks.push(`${field.name}:${field.value}${CRLF}`);
  chunks.push(CRLF);
  if (!part.parts) {
    chunks.push(part.content);
    return;
  }
  for (const child of part.parts) {
    chunks.push(`--${part.boundary}${CRLF}`);
    writePart(child, chunks);
    chunks.push(CRLF);
  }
  chunks.push(`--${part.boundary}--${CRLF}`);
}

/** A boundary that depends on nothing but its seed, so that the same message always has the same octets. */
export function makeBoundary(seed: string): string {
  return `=_${createHash("sha1").update(seed).digest("hex").slice(0, 24)}`;
}

/** Encodes and folds an unstructured value as it follows the colon, e.g. of Subject. */
export function encodeText(value: string): string {
  return fold(` ${/^[\x20-\x7e]*$/.test(value) ? value : libmime.encodeWords(value, "Q", 52)}`);
}

/** Writes addresses as they follow the colon of From, To … */
export function encodeAddresses(addresses: readonly { name?: string | null; email: string }[]): string {
  const written = addresses.map(({ name, email }) => (name ? `${encodePhrase(name)} <${email}>` : email));
  return fold(` ${written.join(", ")}`);
}

/** Writes addresses in named groups: `Team: a@x.test, b@x.test;` (RFC 5322 §3.4). */
export function encodeGroups(
  groups: readonly { name: string | null; addresses: { name: string | null; email: string }[] }[],
): string {
  const written = groups.map(({ name, addresses }) => {
    const list = encodeAddresses(addresses).replace(/\r\n/g, "").trim();
    return name === null ? list : `${encodePhrase(name)}: ${list};`;
  });
  return fold(` ${written.join(", ")}`);
}

export function encodeUrls(urls: readonly string[]): string {
  return ` ${urls.map((url) => `<${url}>`).join(`,${CRLF} `)}`;
}

function encodePhrase(name: string): string {
  if (!/^[\x20-\x7e]*$/.test(name)) return libmime.encodeWord(name, "Q", 52);
  return /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(name) ? name : `"${name.replace(/(["\\])/g, "\\$1")}"`;
}

export function encodeMessageIds(ids: readonly string[]): string {
  return ` ${ids.map((id) => `<${id}>`).join(`${CRLF} `)}`;
}

export function encodeStructured(value: string, params: Record<string, string>): string {
  return fold(` ${libmime.buildHeaderValue({ value, params })}`);
}

function fold(value: string): string {
  return libmime.foldLines(value, 76);
}

/** RFC 5322 §3.3. */
export function encodeDate(date: Date): string {
  return ` ${date.toUTCString().replace("GMT", "+0000")}`;
}

/** Lines of text as they travel: 7bit where they are plain ASCII, quoted-printable otherwise. */
export function encodeBodyText(text: string): { transferEncoding: string; content: Buffer } {
  const lines = text.replace(/\r\n?|\n/g, CRLF);
  const isPlain = /^[\t\r\n\x20-\x7e]*$/.test(lines) && !/[^\n]{990}/.test(lines);
  if (isPlain) return { transferEncoding: "7bit", content: Buffer.from(lines) };
  return { transferEncoding: "quoted-printable", content: Buffer.from(wrap(encode(lines))) };
}

/** Octets that must come out exactly as they went in. */
export function encodeOctets(octets: Buffer): { transferEncoding: string; content: Buffer } {
  return { transferEncoding: "base64", content: wrapBase64(octets) };
}

function wrapBase64(octets: Buffer): Buffer {
  return Buffer.from(octets.toString("base64").replace(/.{76}/g, `$&${CRLF}`));
}
