import type { MailAddress } from "@crm/schemas";
import { readWords } from "./read-words.ts";

/** What of a message is searchable. */
export interface SearchableEmail {
  subject: string;
  body: string;
  from: readonly MailAddress[];
  /** To, cc and bcc. */
  to: readonly MailAddress[];
  hasAttachment: boolean;
}

/** Words between two fields, so that no phrase reaches from one into the other. */
const GAP = 4;
/** As far as PostgreSQL counts; what comes after stands there too. */
const LAST_POSITION = 16_383;
/** Places of one word that are kept, which is what PostgreSQL keeps. */
const PLACES = 255;

/** The lexeme of a filter, which no word of a text can be. */
export const HAS_ATTACHMENT = "+attachment";
const FIELDS = { subject: "=", from: "<", to: ">" };
/** The lexeme of a word that stands in that field, or of a sender's or recipient's exact address. */
export const fieldLexeme = (field: keyof typeof FIELDS, word: string): string => `${FIELDS[field]}${word}`;

/**
 * The document of a message, as `tsvector` is written: its words with their places in subject, names and addresses, and
 * body; and without places what filters and the order of hits ask for, each with the sign of its field.
 */
export function composeDocument({ subject, body, from, to, hasAttachment }: SearchableEmail): string {
  const places = new Map<string, number[]>();
  const signed = new Set<string>(hasAttachment ? [HAS_ATTACHMENT] : []);
  let position = 0;
  const add = (text: string, field?: keyof typeof FIELDS) => {
    for (const { folded } of readWords(text)) {
      position = Math.min(position + 1, LAST_POSITION);
      const known = places.get(folded);
      if (!known) places.set(folded, [position]);
      else if (known.length < PLACES) known.push(position);
      if (field) signed.add(fieldLexeme(field, folded));
    }
    position = Math.min(position + GAP, LAST_POSITION);
  };
  add(subject, "subject");
  for (const [field, people] of [["from", from] as const, ["to", to] as const]) {
    for (const { name, email } of people) {
      add(name ?? "", field);
      add(email, field);
      signed.add(fieldLexeme(field, foldAddress(email)));
    }
  }
  add(body);
  return [
    ...Array.from(places, ([word, where]) => `'${word}':${where.join(",")}`),
    ...Array.from(signed, quoteLexeme),
  ].join(" ");
}

/** Addresses compare exactly but for their case; a lexeme has an upper bound in PostgreSQL. */
export const foldAddress = (address: string): string => address.trim().toLowerCase().slice(0, 320).toWellFormed();

/** As `tsvector` and `tsquery` write it. */
export const quoteLexeme = (lexeme: string): string => `'${lexeme.replace(/['\\]/g, "$&$&")}'`;
