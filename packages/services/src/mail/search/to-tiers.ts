import type { Phrase, Search } from "./parse-search.ts";
import { readWords } from "./read-words.ts";
import { fieldLexeme, foldAddress, HAS_ATTACHMENT, quoteLexeme } from "./search-document.ts";

/** What of a search a document alone can answer. */
export interface DocumentFilters {
  from?: string | undefined;
  to?: string | undefined;
  hasAttachment?: boolean | undefined;
}

/** Hits that are as good as each other, asked for as `tsquery` in text: words, quoted lexemes and our operators. */
export interface Tier {
  /** What a message has to match; no message matches two tiers. */
  match: string;
  /** The parts of `match` that the index of words can answer, each by itself; none when only exclusions are given. */
  conditions: readonly string[];
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
export function toTiers({ wanted, unwanted }: Search, filters: DocumentFilters): Tier[] | null {
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
  return levels.map(({ queries, hasAllWords }, index) => {
    const phrases = wanted.filter((phrase) => !(hasAllWords && isSaidByWords(phrase))).map(phraseQuery);
    const conditions = [...queries, ...phrases, ...people.filter((query) => query !== null)];
    const better = levels.slice(0, index).map((level) => `!(${level.queries.join(" & ")})`);
    return { match: [...conditions, ...others, ...better].join(" & "), conditions };
  });
}

/** What makes a hit as good as that; each of the queries has to be met. */
interface Level {
  queries: readonly string[];
  /** False where a hit may lack some words in these queries. */
  hasAllWords: boolean;
}

/** The best first. A hit belongs to the first of them that it meets; the last one asks for nothing more. */
function toLevels(words: readonly RankedWord[]): Level[] {
  const exact = words.map(({ word }) => ({ word, isPrefix: false }));
  const allOf = (queries: readonly string[]) => ({ queries, hasAllWords: true });
  const levels: Level[] = [
    allOf(exact.map(inSubject)),
    allOf(words.map(inSubject)),
    allOf(exact.map(inHead)),
    allOf(words.map(inHead)),
    { queries: [anyOf(words.map(inHead))], hasAllWords: false },
    ...(words.some(({ isPrefix }) => isPrefix) ? [allOf(exact.map(anywhere))] : []),
  ];
  const asked = words.length === 0 ? [] : levels;
  const isNew = ({ queries }: Level, index: number) =>
    !asked.slice(0, index).some((level) => level.queries.join() === queries.join());
  return [...asked.filter(isNew), { queries: [], hasAllWords: false }];
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
  if (text === undefined) return undefined;
  const address = foldAddress(text);
  if (/^[^\s@]+@[^\s@]+$/.test(address)) return quoteLexeme(fieldLexeme(field, address));
  const words = Array.from(readWords(text), ({ folded }) => `${quoteLexeme(fieldLexeme(field, folded))}:*`);
  return words.length === 0 ? null : `(${words.join(" & ")})`;
}
