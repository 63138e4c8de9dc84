import type { Phrase, Search } from "./parse-search.ts";
import { readWords } from "./read-words.ts";
import { fieldLexeme, foldAddress, HAS_ATTACHMENT, quoteLexeme } from "./search-document.ts";

/** What of a search a document alone can answer. */
export interface DocumentFilters {
  from?: string | undefined;
  to?: string | undefined;
  hasAttachment?: boolean | undefined;
}

/** What documents are asked for, as `tsquery` in text: words, quoted lexemes and our operators. */
export interface DocumentQuery {
  /** What a message has to match. */
  match: string;
  /** The parts of `match` that the index of words can answer, each by itself; none when only exclusions are given. */
  conditions: readonly string[];
}

/** Some of the hits: those that are as good as that, and no better. */
export interface Tier extends DocumentQuery {
  /** From 0, which is the best. */
  number: number;
  /** What a hit that is no better has to match to belong here; null when nothing more. */
  level: string | null;
  /** Parts of `match` that keep out what is better. */
  exclusions: readonly string[];
  /** Whether whatever is better meets the `conditions` too. */
  holdsBetter: boolean;
  /** Whether it asks for words as they stand. */
  isExact: boolean;
}

export interface TieredSearch {
  /** What every hit matches. */
  any: DocumentQuery;
  /** The same hits in parts, the best first: each matches one of these. */
  tiers: readonly Tier[];
}

/** Words that count for the order; a hit has to have the others too. */
const RANKED_WORDS = 10;

interface RankedWord {
  word: string;
  isPrefix: boolean;
}

/**
 * A search as tiers, the best hits first: every word in the subject; every one there or in the people; some of them
 * there; all of them anywhere. Within each of these, words as they stand come before beginnings of others.
 * @returns null when nothing is asked for, as in `q=***`
 */
export function toTiers({ wanted, unwanted }: Search, filters: DocumentFilters): TieredSearch | null {
  if (wanted.length === 0 && unwanted.length === 0) return null;
  const people = [personQuery("from", filters.from), personQuery("to", filters.to)].filter(
    (query) => query !== undefined,
  );
  if (people.includes(null)) return null;
  const attachment = quoteLexeme(HAS_ATTACHMENT);
  const others = [
    ...(filters.hasAttachment === undefined ? [] : [filters.hasAttachment ? attachment : `!${attachment}`]),
    ...unwanted.map((phrase) => `!${phraseQuery(phrase)}`),
  ];
  const words = wanted.flatMap(toWords);
  const ranked = words.slice(0, RANKED_WORDS);
  const isSaidByWords = ({ words: { length } }: Phrase) => length === 1 && ranked.length === words.length;
  const levels = toLevels(ranked);
  const toQuery = ({ queries, hasAllWords }: Level, exclusions: readonly string[] = []): DocumentQuery => {
    const phrases = wanted.filter((phrase) => !(hasAllWords && isSaidByWords(phrase))).map(phraseQuery);
    const conditions = [...queries, ...phrases, ...people.filter((query) => query !== null)];
    return { match: [...conditions, ...others, ...exclusions].join(" & "), conditions };
  };
  const tiers = levels.map((level, number): Tier => {
    const exclusions = betterThan(number, levels).map(({ queries }) => `!(${queries.join(" & ")})`);
    const { queries, holdsBetter, isExact } = level;
    const said = queries.length > 0 ? queries.join(" & ") : null;
    return { ...toQuery(level, exclusions), number, level: said, exclusions, holdsBetter, isExact };
  });
  return { any: toQuery(ANY), tiers };
}

/** The levels that a hit of this one must not meet; what others of them hold need not be said. */
function betterThan(index: number, levels: readonly Level[]): Level[] {
  const first = levels.slice(0, index).findLastIndex((level) => level.holdsBetter);
  return levels.slice(Math.max(first, 0), index);
}

/** What makes a hit as good as that; each of the queries has to be met. */
interface Level {
  queries: readonly string[];
  /** False where the queries leave open whether a hit has every word. */
  hasAllWords: boolean;
  /** Whether whatever meets a better level meets this one too. */
  holdsBetter: boolean;
  /** Whether the queries ask for no beginnings of words. */
  isExact: boolean;
}

const ANY: Level = { queries: [], hasAllWords: false, holdsBetter: true, isExact: false };

/** The best first. A hit belongs to the first of them that it meets; the last one asks for nothing more. */
function toLevels(words: readonly RankedWord[]): Level[] {
  const exact = words.map(({ word }) => ({ word, isPrefix: false }));
  const allOf = (some: readonly RankedWord[], query: (word: RankedWord) => string, holdsBetter: boolean): Level => ({
    queries: some.map(query),
    hasAllWords: true,
    holdsBetter,
    isExact: !some.some(({ isPrefix }) => isPrefix),
  });
  const levels: Level[] = [
    allOf(exact, inSubject, true),
    allOf(words, inSubject, true),
    allOf(exact, inHead, false),
    allOf(words, inHead, true),
    { queries: [anyOf(words.map(inHead))], hasAllWords: false, holdsBetter: true, isExact: false },
    ...(words.some(({ isPrefix }) => isPrefix) ? [allOf(exact, anywhere, false)] : []),
  ];
  const asked = words.length === 0 ? [] : levels;
  const isNew = ({ queries }: Level, index: number) =>
    !asked.slice(0, index).some((level) => level.queries.join() === queries.join());
  return [...asked.filter(isNew), ANY];
}

const lexemeQuery = (lexeme: string, { isPrefix }: RankedWord) => `${quoteLexeme(lexeme)}${isPrefix ? ":*" : ""}`;
const anywhere = (word: RankedWord) => lexemeQuery(word.word, word);
const inField = (field: "subject" | "from" | "to", word: RankedWord) =>
  lexemeQuery(fieldLexeme(field, word.word), word);
const inSubject = (word: RankedWord) => inField("subject", word);
/** In the subject or the people. */
const inHead = (word: RankedWord) => anyOf([inSubject(word), inField("from", word), inField("to", word)]);
const anyOf = (queries: readonly string[]) => (queries.length === 1 ? queries.join() : `(${queries.join(" | ")})`);

function phraseQuery({ words, isPrefix }: Phrase): string {
  const quoted = words.map(quoteLexeme);
  return `(${quoted.join(" <-> ")}${isPrefix ? ":*" : ""})`;
}

/** The words of a phrase by themselves. */
const toWords = ({ words, isPrefix }: Phrase): RankedWord[] =>
  words.map((word, index) => ({ word, isPrefix: isPrefix && index === words.length - 1 }));

/** A whole address is that address; anything else, words that the name or the address has or begins with. */
function personQuery(field: "from" | "to", text: string | undefined): string | null | undefined {
  // A form sends the fields that were left empty, too.
  if (text === undefined || text.trim() === "") return undefined;
  const address = foldAddress(text);
  if (/^[^\s@]+@[^\s@]+$/.test(address)) return quoteLexeme(fieldLexeme(field, address));
  const words = Array.from(readWords(text), ({ folded }) => `${quoteLexeme(fieldLexeme(field, folded))}:*`);
  return words.length === 0 ? null : `(${words.join(" & ")})`;
}
