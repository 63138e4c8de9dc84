import libmime from "libmime";
import { type HeaderField, headerOf, type MimePart, numberParts } from "./part.ts";

/** Deeper nesting is kept as an opaque leaf, so that a hostile message cannot exhaust the stack. */
const MAX_DEPTH = 30;

/** Parses a raw RFC 5322 message into its tree of parts. Never throws: whatever is broken stays readable as text. */
export function parseMessage(raw: Buffer): MimePart {
  return numberParts(parsePart(raw, 0, "text/plain"));
}

function parsePart(raw: Buffer, depth: number, defaultType: string): MimePart {
  const { headers, body } = splitHeader(raw);
  const part = describePart(headers, body, defaultType);
  const { boundary } = part;
  if (!part.type.startsWith("multipart/")) return part;
  if (boundary === null || depth >= MAX_DEPTH) return { ...part, type: "text/plain" };
  const childType = part.type === "multipart/digest" ? "message/rfc822" : "text/plain";
  part.parts = splitMultipart(body, boundary).map((piece) => parsePart(piece, depth + 1, childType));
  part.content = Buffer.alloc(0);
  return part;
}

/** Reads what the Content-* fields say of a part. */
function describePart(headers: HeaderField[], content: Buffer, defaultType: string): MimePart {
  // Headers are looked up in a part, and this one is only now being made.
  const bare = { headers, parts: null } as unknown as MimePart;
  const contentType = libmime.parseHeaderValue(unfold(headerOf(bare, "Content-Type") ?? ""));
  const disposition = libmime.parseHeaderValue(unfold(headerOf(bare, "Content-Disposition") ?? ""));
  const type = contentType.value.trim().toLowerCase();
  const name = disposition.params.filename ?? contentType.params.name;
  const cid = headerOf(bare, "Content-Id");
  const language = headerOf(bare, "Content-Language");
  return {
    headers,
    type: /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : defaultType,
    charset: contentType.params.charset ?? null,
    disposition: disposition.value.trim().toLowerCase() || null,
    name: name ? libmime.decodeWords(name) : null,
    cid: cid === null ? null : cid.trim().replace(/^<|>$/g, ""),
    language: language === null ? null : language.split(",").map((tag) => tag.trim()),
    location: headerOf(bare, "Content-Location")?.trim() ?? null,
    transferEncoding: (headerOf(bare, "Content-Transfer-Encoding") ?? "").trim().toLowerCase() || "7bit",
    content,
    parts: null,
    boundary: contentType.params.boundary || null,
    partId: null,
  };
}

/** Removes the line breaks of a folded header value. */
export function unfold(value: string): string {
  return value.replace(/\r?\n(?=[ \t])/g, "");
}

function splitHeader(raw: Buffer): { headers: HeaderField[]; body: Buffer } {
  const headers: HeaderField[] = [];
  let position = 0;
  while (position < raw.length) {
    const newline = raw.indexOf(10, position);
    const end = newline === -1 ? raw.length : newline;
    const line = raw.toString("utf8", position, end > position && raw[end - 1] === 13 ? end - 1 : end);
    if (line === "") return { headers, body: raw.subarray(end + 1) };
    const last = headers.at(-1);
    const field = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(line);
    if ((line[0] === " " || line[0] === "\t") && last) last.value += `\r\n${line}`;
    else if (field) headers.push({ name: field[1] as string, value: field[2] as string });
    // An mbox "From " line is skipped; any other line without a colon is where the body begins.
    else if (!(position === 0 && line.startsWith("From "))) return { headers, body: raw.subarray(position) };
    position = end + 1;
  }
  return { headers, body: Buffer.alloc(0) };
}

function splitMultipart(body: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const pieces: Buffer[] = [];
  let start = -1;
  for (let at = body.indexOf(delimiter); at !== -1; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    const newline = body.indexOf(10, at);
    const rest = body.toString("latin1", at + delimiter.length, newline === -1 ? body.length : newline).trimEnd();
    if (rest !== "" && rest !== "--") continue;
    if (start !== -1) pieces.push(body.subarray(start, Math.max(start, lineEndBefore(body, at))));
    if (rest === "--") return pieces;
    start = newline === -1 ? body.length : newline + 1;
  }
  if (start !== -1 && start < body.length) pieces.push(body.subarray(start));
  return pieces;
}

/** The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function lineEndBefore(body: Buffer, position: number): number {
  return body[position - 2] === 13 ? position - 2 : position - 1;
}
