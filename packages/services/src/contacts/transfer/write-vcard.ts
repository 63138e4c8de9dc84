import type { ContactDetails } from "@crm/db";
import ICAL from "ical.js";

/** A contact as a vCard 4.0 (RFC 6350), its own address first. */
export function writeVcard(emails: readonly [string, ...string[]], { name, notes, tags }: ContactDetails): string {
  const [own, ...others] = emails;
  const text = (property: string, ...values: string[]) => [property, {}, "text", ...values.map(withPlainLineEnds)];
  const properties = [
    text("version", "4.0"),
    // Every card has to have a name.
    text("fn", name || own),
    others.length === 0 ? text("email", own) : ["email", { pref: "1" }, "text", own],
    ...others.map((email) => text("email", email)),
    ...(notes ? [text("note", notes)] : []),
    ...(tags.length > 0 ? [text("categories", ...tags)] : []),
  ];
  return `${ICAL.stringify(["vcard", properties, []])}\r\n`;
}

/** vCards know one kind of line end. */
export const withPlainLineEnds = (text: string): string => text.replace(/\r\n?/g, "\n");
