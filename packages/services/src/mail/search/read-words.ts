/** Characters of a word that count; what is longer (an encoded file, say) is cut, in documents and queries alike. */
export const WORD_LENGTH = 64;

/** A word of a text: how it is compared, and where it stands (UTF-16 offsets). */
export interface Word {
  /** Lower case, without diacritics: letters and digits alone. */
  folded: string;
  start: number;
  end: number;
}

/** Letters that Unicode does not take apart into a plain letter and a mark, as people type them without. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ς: "σ",
};

/**
 * The words of a text in their order. Documents, queries and snippets all read them here, so that what is found is also
 * what is marked; in PostgreSQL's own parser `2024-15` holds a number -15, and `a/b` is a file name.
 */
export function* readWords(text: string): Generator<Word> {
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const folded = foldWord(match[0]);
    if (folded !== "") yield { folded, start: match.index, end: match.index + match[0].length };
  }
}

function foldWord(word: string): string {
  if (/^[a-z0-9]+$/.test(word)) return word.slice(0, WORD_LENGTH);
  let folded = "";
  for (let index = 0; index < word.length && folded.length < WORD_LENGTH; index++) {
    const letter = LATIN[word.charCodeAt(index)];
    if (letter === undefined) return foldAny(word);
    folded += letter;
  }
  return folded.slice(0, WORD_LENGTH);
}

function foldAny(word: string): string {
  // Cut before the work too: a megabyte may be one word.
  const folded = word
    .slice(0, 4 * WORD_LENGTH)
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/[ßæœøđðþłıς]/g, (letter) => PLAIN[letter] ?? letter)
    .slice(0, WORD_LENGTH);
  // The cut may have halved a character, which no encoding has a place for.
  return folded.isWellFormed() ? folded : folded.replace(/[\ud800-\udfff]/g, "");
}

/** What each of the letters of Latin alphabets becomes, which hangs on no other; most words need no more. */
const LATIN = Array.from({ length: 0x250 }, (_, code) => foldAny(String.fromCharCode(code)));
