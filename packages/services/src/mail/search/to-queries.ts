import type { Phrase, Search } from "./parse-search.ts";
import { readWords } from "./read-words.ts";
import { foldAddress, HAS_ATTACHMENT, personLexeme, quoteLexeme } from "./search-document.ts";

/** What of a search a document alone can answer. */
export interface DocumentFilters {
  from?: string | undefined;
  to?: string | undefined;
  hasAttachment?: boolean | undefined;
}

/** A search as PostgreSQL takes it, `tsquery` in text; made of words and quoted lexemes, so nothing in it can act. */
export interface SearchQueries {
  /** What a message has to match. */
  match: string;
  /** The parts of `match` that the index of words can answer, each by itself; none when only exclusions are given. */
  conditions: string[];
  /** The words that count, one by one; none when only exclusions are given. */
  ranked: { inSubject: string; inPeople: string }[];
  /** All of them, and all of them as they stand. */
  any: string;
  exact: string;
}

/** Words that count for the order; a hit has to have the others too. */
const RANKED_WORDS = 10;

/** @returns null when nothing is asked for, as in `q=***` */
export function toQueries({ wanted, unwanted }: Search, filters: DocumentFilters): SearchQueries | null {
  if (wanted.length === 0 && unwanted.length === 0) return null;
  const people = [personQuery("from", filters.from), personQuery("to", filters.to)].filter(
    (query) => query !== undefined,
  );
  if (people.includes(null)) return null;
  const attachment = quoteLexeme(HAS_ATTACHMENT);
  const conditions = [...wanted.map(phraseQuery), ...people.filter((query) => query !== null)];
  const ranked = wanted.flatMap(wordQueries).slice(0, RANKED_WORDS);
  const match = [
    ...conditions,
    ...(filters.hasAttachment === undefined ? [] : [filters.hasAttachment ? attachment : `!${attachment}`]),
    ...unwanted.map((phrase) => `!${phraseQuery(phrase)}`),
  ].join(" & ");
  return {
    match,
    conditions,
    ranked: ranked.map((word) => ({ inSubject: `${word}A`, inPeople: `${word}B` })),
    any: ranked.map((word) => `${word}ABC`).join(" | "),
    exact: wanted.flatMap(({ words }) => words.map(quoteLexeme)).join(" | "),
  };
}

function phraseQuery({ words, isPrefix }: Phrase): string {
  const quoted = words.map(quoteLexeme);
  return `(${quoted.join(" <-> ")}${isPrefix ? ":*" : ""})`;
}

/** The words of a phrase by themselves, each to be followed by the weights in question. */
const wordQueries = ({ words, isPrefix }: Phrase): string[] =>
  words.map((word, index) => `${quoteLexeme(word)}:${isPrefix && index === words.length - 1 ? "*" : ""}`);

/** A whole address is that address; anything else, words that the name or the address has or begins with. */
function personQuery(role: "from" | "to", text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  const address = foldAddress(text);
  if (/^[^\s@]+@[^\s@]+$/.test(address)) return quoteLexeme(personLexeme(role, address));
  const words = Array.from(readWords(text), ({ folded }) => `${quoteLexeme(personLexeme(role, folded))}:*`);
  return words.length === 0 ? null : `(${words.join(" & ")})`;
}
