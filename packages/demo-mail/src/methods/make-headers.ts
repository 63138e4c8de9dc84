import { randomUUID } from "node:crypto";
import type { HeaderForm } from "../mime/header-forms.ts";
import type { HeaderField } from "../mime/part.ts";
import {
  encodeAddresses,
  encodeDate,
  encodeGroups,
  encodeMessageIds,
  encodeText,
  encodeUrls,
} from "../mime/serialize-message.ts";
import { isRecord } from "../protocol/arguments.ts";
import { MethodError, SetError } from "../protocol/errors.ts";
import { parseHeaderProperty } from "./header-property.ts";

/** The convenience properties of RFC 8621 §4.1.3, in the order in which their fields are written. */
const CONVENIENCE: Readonly<Record<string, readonly [name: string, form: HeaderForm]>> = {
  sentAt: ["Date", "asDate"],
  sender: ["Sender", "asAddresses"],
  from: ["From", "asAddresses"],
  replyTo: ["Reply-To", "asAddresses"],
  to: ["To", "asAddresses"],
  cc: ["Cc", "asAddresses"],
  bcc: ["Bcc", "asAddresses"],
  subject: ["Subject", "asText"],
  messageId: ["Message-ID", "asMessageIds"],
  inReplyTo: ["In-Reply-To", "asMessageIds"],
  references: ["References", "asMessageIds"],
};

/** Control characters and the Unicode line breaks: any of them in a field could begin another one, or look like it. */
const BREAKS = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}]/u;

export function isHeaderProperty(property: string): boolean {
  return Object.hasOwn(CONVENIENCE, property) || property.startsWith("header:");
}

/**
 * Writes the header of a new email from its properties; adds Date and Message-ID where they are missing (RFC 8621 §4.6).
 * @throws SetError invalidProperties, for a line break in a value too.
 */
export function makeHeaders(object: Record<string, unknown>, domain: string, now: Date): HeaderField[] {
  const headers = [...Object.keys(CONVENIENCE), ...Object.keys(object).filter((name) => name.startsWith("header:"))]
    .filter((property) => object[property] !== undefined && object[property] !== null)
    .flatMap((property) => makeFields(property, object[property]));
  const has = (name: string): boolean => headers.some((field) => field.name.toLowerCase() === name);
  const repeated = ONCE.filter((name) => headers.filter((field) => field.name.toLowerCase() === name).length > 1);
  if (repeated.length > 0) throw invalid(Object.keys(object).filter((key) => repeated.includes(fieldOf(key))));
  if (!has("date")) headers.unshift({ name: "Date", value: encodeDate(now) });
  if (!has("message-id")) headers.push({ name: "Message-ID", value: encodeMessageIds([`${randomUUID()}@${domain}`]) });
  if (!has("mime-version")) headers.push({ name: "MIME-Version", value: " 1.0" });
  return headers;
}

/** Fields of which RFC 5322 §3.6 allows one. */
const ONCE = [
  "date",
  "from",
  "sender",
  "reply-to",
  "to",
  "cc",
  "bcc",
  "message-id",
  "in-reply-to",
  "references",
  "subject",
];

function fieldOf(property: string): string {
  const known = Object.hasOwn(CONVENIENCE, property) ? CONVENIENCE[property] : undefined;
  return (known?.[0] ?? property.split(":")[1] ?? "").toLowerCase();
}

/** The fields that one property stands for; also used for `header:…` of body parts. */
export function makeFields(property: string, value: unknown): HeaderField[] {
  const known = Object.hasOwn(CONVENIENCE, property) ? CONVENIENCE[property] : undefined;
  try {
    if (known) return [{ name: known[0], value: encodeAs(known[1], value) }];
    const { name, form, all } = parseHeaderProperty(property);
    // Content-* belongs to the parts (RFC 8621 §4.6).
    if (name.startsWith("content-")) throw invalid([property]);
    const written = property.split(":")[1] as string;
    const values = all ? asList(value) : [value];
    return values.map((item) => ({ name: written, value: encodeAs(form, item) }));
  } catch (error) {
    if (error instanceof MethodError || error instanceof WrongValue) throw invalid([property]);
    throw error;
  }
}

class WrongValue extends Error {}

function invalid(properties: string[]): SetError {
  return new SetError("invalidProperties", { properties });
}

function encodeAs(form: HeaderForm, value: unknown): string {
  if (form === "asRaw") return rawValue(value);
  if (form === "asText") return encodeText(plain(value));
  if (form === "asAddresses") return encodeAddresses(asList(value).map(toAddress));
  if (form === "asMessageIds") return encodeMessageIds(asList(value).map((item) => matching(item, /^[^\s<>]{1,900}$/)));
  if (form === "asURLs") return encodeUrls(asList(value).map((item) => matching(item, /^[^\s<>]+$/)));
  if (form === "asDate") {
    const date = new Date(matching(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/));
    if (Number.isNaN(date.getTime())) throw new WrongValue();
    return encodeDate(date);
  }
  return encodeGroups(
    asList(value).map((group) => {
      if (!isRecord(group)) throw new WrongValue();
      return {
        name: group.name === null ? null : plain(group.name),
        addresses: asList(group.addresses).map(toAddress),
      };
    }),
  );
}

/** Raw values may be folded, and only folded: a line break must be followed by white space. */
function rawValue(value: unknown): string {
  if (typeof value !== "string" || BREAKS.test(value.replace(/\r\n(?=[ \t]+\S)/g, ""))) throw new WrongValue();
  return value.startsWith(" ") ? value : ` ${value}`;
}

function toAddress(value: unknown): { name: string | null; email: string } {
  if (!isRecord(value)) throw new WrongValue();
  const name = value.name === undefined || value.name === null ? null : plain(value.name);
  return { name, email: matching(value.email, /^[^\s<>,;"()]+$/) };
}

function plain(value: unknown): string {
  if (typeof value !== "string" || BREAKS.test(value)) throw new WrongValue();
  return value;
}

function matching(value: unknown, pattern: RegExp): string {
  const text = plain(value);
  if (!pattern.test(text)) throw new WrongValue();
  return text;
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new WrongValue();
  return value;
}
