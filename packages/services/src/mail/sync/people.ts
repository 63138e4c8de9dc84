import { ADDRESS_FIELD } from "@crm/db";
import type { Email } from "@crm/jmap";
import { cleanText } from "./clean.ts";

/** Somebody named in the header of a message. */
export interface Person {
  /** Lower case. */
  address: string;
  name: string | null;
  /** Bits of ADDRESS_FIELD: the header fields that name them. */
  fields: number;
}

/** An address as it is compared. */
export const toAddress = (email: string | null | undefined): string =>
  cleanText(email ?? "")
    .trim()
    .toLowerCase();

/** Everybody a message comes from or goes to, each address once. */
export function peopleOf(email: Partial<Email>): Person[] {
  const people = new Map<string, Person>();
  for (const field of ["from", "to", "cc", "bcc"] as const) {
    for (const entry of email[field] ?? []) {
      const address = toAddress(entry.email);
      // A longer one cannot be anybody's, and would not fit into an index.
      if (!address.includes("@") || address.length > 320) continue;
      const person = people.get(address) ?? { address, name: null, fields: 0 };
      person.fields |= ADDRESS_FIELD[field];
      person.name ??= toName(entry.name, address);
      people.set(address, person);
    }
  }
  return [...people.values()];
}

function toName(name: string | null | undefined, address: string): string | null {
  const clean = cleanText(name ?? "").trim();
  return clean && clean.toLowerCase() !== address ? clean.slice(0, 200) : null;
}
