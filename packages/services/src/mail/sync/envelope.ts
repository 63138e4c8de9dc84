import type { Email } from "@crm/jmap";
import { toInstant } from "./clean.ts";
import { type Person, peopleOf, toAddress } from "./people.ts";

/** What the index asks the server for: headers only (RFC 8621 §4.1). */
export const ENVELOPE_PROPERTIES = [
  "id",
  "threadId",
  "mailboxIds",
  "keywords",
  "size",
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
  size: number;
  isRead: boolean;
  isFlagged: boolean;
  outbound: boolean;
  automatic: string | null;
  people: Person[];
}

const NO_REPLY = /^(no[-._]?reply|do[-._]?not[-._]?reply|mailer-daemon|postmaster|bounce[sd]?)\b/;

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
  const sender = toAddress(email.from?.[0]?.email);
  return {
    jmapId: email.id,
    threadId: email.threadId ?? email.id,
    receivedAt: toInstant(email.receivedAt),
    size: Math.min(Math.max(0, Math.trunc(email.size ?? 0)), 2 ** 31 - 1),
    isRead: email.keywords?.$seen === true,
    isFlagged: email.keywords?.$flagged === true,
    outbound: own.has(sender),
    automatic: automaticReason(email, sender),
    people: peopleOf(email),
  };
}
