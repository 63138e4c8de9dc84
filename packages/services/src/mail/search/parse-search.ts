import { readWords, WORD_LENGTH } from "./read-words.ts";

/** Words that stand one after the other; of one word alone it is that word. */
export interface Phrase {
  words: readonly [string, ...string[]];
  /** The last word may go on: `fakt` finds `faktúra`. */
  isPrefix: boolean;
}

/** What somebody looks for: mail with all of `wanted` and none of `unwanted`. */
export interface Search {
  wanted: Phrase[];
  unwanted: Phrase[];
}

/** A word or a phrase in quotes, whichever quotes; one that is left open goes to the end. */
const TERM = /(?<minus>-?)(?:["“”„«»](?<quoted>[^"“”„«»]*)(?<closed>["“”„«»]?)|(?<plain>[^\s"“”„«»]+))/gu;

/**
 * Reads what a person typed: words, of which each may be the beginning of one; `"a phrase"`, in which each is whole;
 * `-word` and `-"a phrase"` for what must not occur. There is nothing that it does not read: what is no word is
 * passed over, and what holds several (`jan@firma.sk`, `2024-15`) is a phrase.
 */
export function parseSearch(text: string): Search {
  const wanted = new Map<string, Phrase>();
  const unwanted = new Map<string, Phrase>();
  for (const { groups = {} } of text.matchAll(TERM)) {
    const { minus, quoted, closed, plain } = groups;
    const phrase = toPhrase(plain ?? quoted ?? "", closed !== "" && plain === undefined);
    if (phrase) (minus ? unwanted : wanted).set(JSON.stringify(phrase), phrase);
  }
  return { wanted: [...wanted.values()], unwanted: [...unwanted.values()] };
}

function toPhrase(text: string, isWhole: boolean): Phrase | null {
  const [first, ...others] = Array.from(readWords(text), ({ folded }) => folded);
  if (first === undefined) return null;
  const isCut = (others.at(-1) ?? first).length >= WORD_LENGTH;
  return { words: [first, ...others], isPrefix: !isWhole || isCut };
}
