import type { Search } from "./parse-search.ts";
import { readWords, type Word } from "./read-words.ts";

/** Characters of a snippet, its marks aside. */
const LENGTH = 200;
/** Characters before the first hit, so that it is read in its sentence. */
const LEAD = 50;
/** Characters of a body that a snippet is taken from: a hundred of them are read for a page. */
export const SNIPPET_SOURCE = 20_000;

interface Hit extends Word {
  /** Which of the words that are looked for. */
  term: number;
}

/**
 * A piece of the first text that has a hit, with all hits in it in `<mark>` and everything else escaped; of the last
 * text when none has.
 *
 * @param texts the body, then what else may have been matched, then what is shown without a match
 */
export function makeSnippet(texts: readonly string[], { wanted }: Search): string {
  const terms = wanted.flatMap(({ words, isPrefix }) =>
    words.map((word, index) => ({ word, isPrefix: isPrefix && index === words.length - 1 })),
  );
  for (const text of texts) {
    const hits: Hit[] = [];
    for (const word of readWords(text)) {
      const term = terms.findIndex(({ word: wanted, isPrefix }) =>
        isPrefix ? word.folded.startsWith(wanted) : word.folded === wanted,
      );
      if (term !== -1) hits.push({ ...word, term });
    }
    if (hits.length > 0) return cut(text, hits);
  }
  return cut(texts.at(-1) ?? "", []);
}

/** Cuts where the most different words stand closely together. */
function cut(text: string, hits: readonly Hit[]): string {
  const first = bestHit(hits);
  let start = first === undefined || first.start <= LEAD ? 0 : first.start - LEAD;
  // Not within a word, nor within a character.
  while (start > 0 && start < (first?.start ?? 0) && !/\s/.test(text[start - 1] ?? "")) start++;
  let end = Math.min(text.length, Math.max(start + LENGTH, first?.end ?? 0));
  while (end < text.length && end > Math.max(start + LENGTH / 2, first?.end ?? 0) && !/\s/.test(text[end] ?? "")) end--;

  let html = start > 0 ? "…" : "";
  let done = start;
  for (const hit of hits.filter((each) => each.start >= start && each.end <= end)) {
    html += `${toHtml(text.slice(done, hit.start))}<mark>${toHtml(text.slice(hit.start, hit.end))}</mark>`;
    done = hit.end;
  }
  html += toHtml(text.slice(done, end));
  return (end < text.length ? `${html.trimEnd()}…` : html.trimEnd()).trimStart();
}

function bestHit(hits: readonly Hit[]): Hit | undefined {
  let best: Hit | undefined;
  let most = 0;
  for (const [index, hit] of hits.entries()) {
    const terms = new Set<number>();
    for (let next = index; next < hits.length; next++) {
      const other = hits[next];
      if (!other || other.end > hit.start + LENGTH - LEAD) break;
      terms.add(other.term);
    }
    if (best === undefined || terms.size > most) {
      best = hit;
      most = terms.size;
    }
  }
  return best;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const toHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\s+/g, " ")
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
