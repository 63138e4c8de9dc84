import { ADDRESS_FIELD } from "@crm/db";
import type { Email } from "@crm/jmap";

/** What the index asks the server for: headers only (RFC 8621 §4.1). */
export const ENVELOPE_PROPERTIES = [
  "id",
  "threadId",
  "mailboxIds",
  "keywords",
  "receivedAt",
  "from",
  "to",
  "cc",
  "bcc",
  "header:List-Id:asText",
  "header:Precedence:asText",
  "header:Auto-Submitted:asText",
] as const;

/** A message as the index keeps it. */
export interface Envelope {
  jmapId: string;
  threadId: string;
  receivedAt: string;
  isRead: boolean;
  isFlagged: boolean;
  outbound: boolean;
  automatic: string | null;
  people: EnvelopePerson[];
}

export interface EnvelopePerson {
  /** Lower case. */
  address: string;
  name: string | null;
  /** Bits of ADDRESS_FIELD. */
  fields: number;
}

const NO_REPLY = /^(no[-._]?reply|do[-._]?not[-._]?reply|noreply|mailer-daemon|postmaster|bounce[sd]?)\b/;

/** Why a message looks sent by a machine, or null. */
function automaticReason(email: Partial<Email>, sender: string | undefined): string | null {
  const headers = email as Record<string, unknown>;
  if (headers["header:List-Id:asText"]) return "newsletter";
  const autoSubmitted = headers["header:Auto-Submitted:asText"];
  if (typeof autoSubmitted === "string" && autoSubmitted.trim().toLowerCase() !== "no") return "auto-submitted";
  const precedence = headers["header:Precedence:asText"];
  if (typeof precedence === "string" && /bulk|list|junk/i.test(precedence)) return "newsletter";
  return sender !== undefined && NO_REPLY.test(sender) ? "no-reply" : null;
}

/** Reads an envelope; any field may be missing, null or empty (servers leave out what a message lacks). */
export function toEnvelope(email: Partial<Email> & { id: string }, own: ReadonlySet<string>): Envelope {
  const people = new Map<string, EnvelopePerson>();
  for (const field of ["from", "to", "cc", "bcc"] as const) {
    for (const entry of email[field] ?? []) {
      const address = entry.email?.trim().toLowerCase();
      if (!address?.includes("@")) continue;
      const person = people.get(address) ?? { address, name: null, fields: 0 };
      person.fields |= ADDRESS_FIELD[field];
      person.name ??= cleanName(entry.name, address);
      people.set(address, person);
    }
  }
  const sender = email.from?.[0]?.email?.trim().toLowerCase();
  return {
    jmapId: email.id,
    threadId: email.threadId ?? email.id,
    receivedAt: new Date(email.receivedAt ?? 0).toISOString(),
    isRead: email.keywords?.$seen === true,
    isFlagged: email.keywords?.$flagged === true,
    outbound: sender !== undefined && own.has(sender),
    automatic: automaticReason(email, sender),
    people: [...people.values()],
  };
}

const NUL = "\u0000";
const cleanName = (name: string | null | undefined, address: string): string | null => {
  const clean = name?.replaceAll(NUL, "").trim();
  return clean && clean.toLowerCase() !== address ? clean.slice(0, 200) : null;
};
