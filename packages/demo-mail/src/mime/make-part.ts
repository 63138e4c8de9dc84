import type { HeaderField, MimePart } from "./part.ts";
import { encodeBodyText, encodeOctets, encodeStructured, encodeText, makeBoundary } from "./serialize-message.ts";

/** What one says of a leaf when making it; `content` is text for a body, octets for anything that must stay exact. */
export interface LeafOptions {
  type: string;
  content: string | Buffer;
  charset?: string | null | undefined;
  name?: string | null | undefined;
  disposition?: string | null | undefined;
  cid?: string | null | undefined;
  language?: readonly string[] | null | undefined;
  location?: string | null | undefined;
  headers?: readonly HeaderField[] | undefined;
}

/** Makes a leaf with the Content-* fields that describe it. */
export function makeLeaf(options: LeafOptions): MimePart {
  const isBody = typeof options.content === "string";
  const { transferEncoding, content } =
    typeof options.content === "string" ? encodeBodyText(options.content) : encodeOctets(options.content);
  const charset = isBody ? "utf-8" : options.charset;
  const params: Record<string, string> = {
    ...(charset ? { charset } : {}),
    ...(options.name ? { name: options.name } : {}),
  };
  const headers: HeaderField[] = [
    ...(options.headers ?? []),
    { name: "Content-Type", value: encodeStructured(options.type, params) },
    { name: "Content-Transfer-Encoding", value: ` ${transferEncoding}` },
  ];
  const disposition = options.disposition ?? (options.name ? "attachment" : null);
  if (disposition) {
    const filename: Record<string, string> = options.name ? { filename: options.name } : {};
    headers.push({ name: "Content-Disposition", value: encodeStructured(disposition, filename) });
  }
  if (options.cid) headers.push({ name: "Content-Id", value: ` <${options.cid}>` });
  if (options.language) headers.push({ name: "Content-Language", value: ` ${options.language.join(", ")}` });
  if (options.location) headers.push({ name: "Content-Location", value: encodeText(options.location) });
  return {
    headers,
    type: options.type.toLowerCase(),
    charset: charset ?? null,
    disposition: disposition?.toLowerCase() ?? null,
    name: options.name ?? null,
    cid: options.cid ?? null,
    language: options.language ? [...options.language] : null,
    location: options.location ?? null,
    transferEncoding,
    content,
    parts: null,
    boundary: null,
    partId: null,
  };
}

/** Makes a multipart; `seed` sets its boundary, which has to differ from those of the parts within. */
export function makeMultipart(
  type: string,
  parts: MimePart[],
  seed: string,
  extraHeaders: readonly HeaderField[] = [],
): MimePart {
  const boundary = makeBoundary(`${seed} ${type}`);
  return {
    headers: [...extraHeaders, { name: "Content-Type", value: encodeStructured(type, { boundary }) }],
    type: type.toLowerCase(),
    charset: null,
    disposition: null,
    name: null,
    cid: null,
    language: null,
    location: null,
    transferEncoding: "7bit",
    content: Buffer.alloc(0),
    parts,
    boundary,
    partId: null,
  };
}
