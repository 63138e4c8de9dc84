import { makeLeaf, makeMultipart } from "../mime/make-part.ts";
import { leavesOf, type MimePart, numberParts } from "../mime/part.ts";
import { isRecord } from "../protocol/arguments.ts";
import { SetError } from "../protocol/errors.ts";
import type { MethodContext } from "../protocol/method.ts";
import { isHeaderProperty, makeFields, makeHeaders } from "./make-headers.ts";

const BODY_PROPERTIES = ["bodyStructure", "textBody", "htmlBody", "attachments", "bodyValues"];
const OTHER_PROPERTIES = ["mailboxIds", "keywords", "receivedAt"];
const PART_PROPERTIES = [
  "partId",
  "blobId",
  "size",
  "name",
  "type",
  "charset",
  "disposition",
  "cid",
  "language",
  "location",
  "subParts",
];

/** Builds the message of an Email/set create, RFC 8621 §4.6. @throws SetError invalidProperties, blobNotFound, tooLarge */
export function makeEmail(context: MethodContext, object: Record<string, unknown>, creationId: string): MimePart {
  const foreign = Object.keys(object).filter(
    (key) => !isHeaderProperty(key) && !BODY_PROPERTIES.includes(key) && !OTHER_PROPERTIES.includes(key),
  );
  if (foreign.length > 0) throw invalid(...foreign);
  const domain = context.account.username.split("@")[1] ?? "localhost";
  const headers = makeHeaders(object, domain, new Date());
  const root = makeBody(context, object, `${creationId} ${headers.map((field) => field.value).join()}`);
  checkAttachments(context, root);
  const ofPart = root.headers.map((field) => field.name.toLowerCase());
  root.headers = [...headers.filter((field) => !ofPart.includes(field.name.toLowerCase())), ...root.headers];
  return numberParts(root);
}

function invalid(...properties: string[]): SetError {
  return new SetError("invalidProperties", { properties });
}

function makeBody(context: MethodContext, object: Record<string, unknown>, seed: string): MimePart {
  const values = object.bodyValues ?? {};
  if (!isRecord(values)) throw invalid("bodyValues");
  const maker = new PartMaker(context, values, seed);
  if (object.bodyStructure !== undefined) {
    if (object.textBody !== undefined || object.htmlBody !== undefined || object.attachments !== undefined) {
      throw invalid("bodyStructure");
    }
    return maker.make(object.bodyStructure, "bodyStructure");
  }
  const text = maker.one(object.textBody, "textBody", "text/plain");
  const html = maker.one(object.htmlBody, "htmlBody", "text/html");
  const attachments = maker.list(object.attachments, "attachments");
  return arrange(text, html, attachments, seed);
}

/** mixed(related(alternative(text, html), inline images), files), each layer only where it is needed. */
function arrange(text: MimePart | null, html: MimePart | null, attachments: MimePart[], seed: string): MimePart {
  let body = text ?? html ?? makeLeaf({ type: "text/plain", content: "" });
  if (text && html) body = makeMultipart("multipart/alternative", [text, html], `${seed} a`);
  const inline = html ? attachments.filter((part) => part.cid !== null && part.disposition === "inline") : [];
  const files = attachments.filter((part) => !inline.includes(part));
  if (inline.length > 0) body = makeMultipart("multipart/related", [body, ...inline], `${seed} r`);
  return files.length > 0 ? makeMultipart("multipart/mixed", [body, ...files], `${seed} m`) : body;
}

class PartMaker {
  readonly #context: MethodContext;
  readonly #values: Record<string, unknown>;
  readonly #seed: string;
  #count = 0;

  constructor(context: MethodContext, values: Record<string, unknown>, seed: string) {
    this.#context = context;
    this.#values = values;
    this.#seed = seed;
  }

  /** textBody and htmlBody hold exactly one part of their type. */
  one(value: unknown, property: string, type: string): MimePart | null {
    if (value === undefined || value === null) return null;
    const parts = this.list(value, property);
    const [part] = parts;
    if (!part || parts.length > 1 || part.type !== type) throw invalid(property);
    return part;
  }

  list(value: unknown, property: string): MimePart[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw invalid(property);
    return value.map((item) => this.make(item, property));
  }

  make(value: unknown, property: string, depth = 0): MimePart {
    if (!isRecord(value) || depth > 20) throw invalid(property);
    const wrong = Object.keys(value).filter((key) => !PART_PROPERTIES.includes(key) && !key.startsWith("header:"));
    if (wrong.length > 0) throw invalid(...wrong.map((key) => `${property}/${key}`));
    const headers = Object.entries(value)
      .filter(([key]) => key.startsWith("header:"))
      .flatMap(([key, item]) => makeFields(key, item));
    if (Array.isArray(value.subParts) && value.subParts.length > 0) {
      const type = this.#text(value, "type", property) ?? "multipart/mixed";
      if (!type.startsWith("multipart/")) throw invalid(`${property}/type`);
      this.#count += 1;
      const seed = `${this.#seed} ${this.#count}`;
      return makeMultipart(
        type,
        value.subParts.map((item) => this.make(item, property, depth + 1)),
        seed,
        headers,
      );
    }
    return makeLeaf({
      headers,
      ...this.#content(value, property),
      name: this.#text(value, "name", property),
      disposition: this.#text(value, "disposition", property),
      cid: this.#text(value, "cid", property),
      location: this.#text(value, "location", property),
    });
  }

  #content(value: Record<string, unknown>, property: string) {
    const given = this.#text(value, "type", property)?.toLowerCase();
    if (typeof value.partId === "string") {
      if (value.blobId !== undefined || value.charset !== undefined || value.size !== undefined)
        throw invalid(property);
      const body = Object.hasOwn(this.#values, value.partId) ? this.#values[value.partId] : undefined;
      const type = given ?? (property === "htmlBody" ? "text/html" : "text/plain");
      if (!isRecord(body) || typeof body.value !== "string" || body.isTruncated === true || !type.startsWith("text/")) {
        throw invalid("bodyValues");
      }
      return { type, content: body.value };
    }
    if (typeof value.blobId !== "string") throw invalid(property);
    const blob = this.#context.account.findBlob(value.blobId);
    if (!blob) throw new SetError("blobNotFound", { notFound: [value.blobId] });
    const charset = this.#text(value, "charset", property);
    return { type: given ?? blob.type, content: blob.content, charset };
  }

  #text(value: Record<string, unknown>, key: string, property: string): string | null {
    const item = value[key];
    if (item === undefined || item === null) return null;
    const allowed = key === "type" ? /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/ : /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
    if (typeof item !== "string" || !allowed.test(item) || (key === "cid" && /[<>\s]/.test(item))) {
      throw invalid(`${property}/${key}`);
    }
    if (key === "disposition" && !/^[\w-]+$/.test(item)) throw invalid(`${property}/${key}`);
    return item;
  }
}

function checkAttachments({ limits }: MethodContext, root: MimePart): void {
  let size = 0;
  for (const part of leavesOf(root)) size += part.content.length;
  // Base64 takes four octets for three.
  if (size * 0.75 > limits.maxSizeAttachmentsPerEmail) {
    throw new SetError("tooLarge", { maxSize: limits.maxSizeAttachmentsPerEmail });
  }
}
