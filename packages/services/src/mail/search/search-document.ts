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

type Weight = "A" | "B" | "C";
/** Words between two fields, so that no phrase reaches from one into the other. */
const GAP = 4;
/** As far as PostgreSQL counts; what comes after stands there too. */
const LAST_POSITION = 16_383;
/** Places of one word that are kept, which is what PostgreSQL keeps. */
const PLACES = 255;

/** The lexeme of a filter, which no word of a text can be. */
export const HAS_ATTACHMENT = "+attachment";
/** The lexeme of a sender's or recipient's exact address, or of a word of their name or address. */
export const personLexeme = (role: "from" | "to", word: string): string => `${role === "from" ? "<" : ">"}${word}`;

/**
 * The document of a message, as `tsvector` is written: words of the subject (A), of names and addresses (B) and of the
 * body (C) with their places, and without places what filters ask for.
 */
export function composeDocument({ subject, body, from, to, hasAttachment }: SearchableEmail): string {
  const places = new Map<string, string[]>();
  let position = 0;
  const add = (text: string, weight: Weight) => {
    for (const { folded } of readWords(text)) {
      position = Math.min(position + 1, LAST_POSITION);
      const known = places.get(folded);
      if (!known) places.set(folded, [`${position}${weight}`]);
      else if (known.length < PLACES) known.push(`${position}${weight}`);
    }
    position = Math.min(position + GAP, LAST_POSITION);
  };
  add(subject, "A");
  const filters = new Set<string>(hasAttachment ? [HAS_ATTACHMENT] : []);
  for (const [role, people] of [["from", from] as const, ["to", to] as const]) {
    for (const { name, email } of people) {
      for (const text of [name ?? "", email]) {
        add(text, "B");
        for (const { folded } of readWords(text)) filters.add(personLexeme(role, folded));
      }
      filters.add(personLexeme(role, foldAddress(email)));
    }
  }
  add(body, "C");
  return [
    ...Array.from(places, ([word, where]) => `'${word}':${where.join(",")}`),
    ...Array.from(filters, quoteLexeme),
  ].join(" ");
}

/** Addresses compare exactly but for their case; a lexeme has an upper bound in PostgreSQL. */
export const foldAddress = (address: string): string => address.trim().toLowerCase().slice(0, 320).toWellFormed();

/** As `tsvector` and `tsquery` write it. */
export const quoteLexeme = (lexeme: string): string => `'${lexeme.replace(/['\\]/g, "$&$&")}'`;
