import libmime from "libmime";
import { addressParser } from "postal-mime";
import { unfold } from "./parse-message.ts";

/** RFC 8621 §4.1.2.3. */
export interface EmailAddress {
  name: string | null;
  email: string;
}

/** RFC 8621 §4.1.2.4; addresses outside any group are in one without a name. */
export interface EmailAddressGroup {
  name: string | null;
  addresses: EmailAddress[];
}

/** The parsed forms of a header field's value, RFC 8621 §4.1.2. */
export const headerForms = {
  asRaw: (value: string) => value,
  asText,
  asAddresses,
  asGroupedAddresses,
  asMessageIds,
  asDate,
  asURLs,
} as const;

export type HeaderForm = keyof typeof headerForms;

export function asText(value: string): string {
  return libmime.decodeWords(unfold(value)).trim().normalize("NFC");
}

export function asAddresses(value: string): EmailAddress[] {
  return asGroupedAddresses(value).flatMap((group) => group.addresses);
}

function asGroupedAddresses(value: string): EmailAddressGroup[] {
  const groups: EmailAddressGroup[] = [];
  let loose: EmailAddressGroup | null = null;
  for (const entry of addressParser(unfold(value))) {
    if ("group" in entry && entry.group) {
      loose = null;
      groups.push({ name: entry.name, addresses: entry.group.map(toAddress) });
      continue;
    }
    if (!entry.address && !entry.name) continue;
    if (!loose) {
      loose = { name: null, addresses: [] };
      groups.push(loose);
    }
    loose.addresses.push(toAddress({ name: entry.name, address: entry.address ?? "" }));
  }
  return groups;
}

function toAddress(mailbox: { name: string; address?: string }): EmailAddress {
  const name = mailbox.name.trim().normalize("NFC");
  return { name: name === "" ? null : name, email: mailbox.address ?? "" };
}

/** @returns the ids without their angle brackets, or null when there is none. */
export function asMessageIds(value: string): string[] | null {
  const ids = [...unfold(value).matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] as string);
  return ids.length > 0 ? ids : null;
}

/** @returns RFC 3339 in the offset that the sender wrote, or null when the value is no date. */
export function asDate(value: string): string | null {
  const text = unfold(value)
    .replace(/\([^()]*\)/g, "")
    .trim();
  const time = Date.parse(text);
  if (Number.isNaN(time)) return null;
  const zone = /([+-])(\d{2})(\d{2})\s*$/.exec(text);
  if (!zone || text.endsWith("0000")) return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
  const minutes = (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  const local = new Date(time + minutes * 60_000).toISOString().replace(/\.\d+Z$/, "");
  return `${local}${zone[1]}${zone[2]}:${zone[3]}`;
}

function asURLs(value: string): string[] | null {
  const urls = [...unfold(value).matchAll(/<([^<>]+)>/g)].map((match) => (match[1] as string).replace(/\s/g, ""));
  return urls.length > 0 ? urls : null;
}
