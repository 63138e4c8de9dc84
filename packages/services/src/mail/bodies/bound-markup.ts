import { createRequire } from "node:module";

// Loaded with the first HTML there is.
let loaded: typeof import("htmlparser2") | undefined;
function htmlparser(): typeof import("htmlparser2") {
  loaded ??= createRequire(import.meta.url)("htmlparser2") as typeof import("htmlparser2");
  return loaded;
}

/** Characters of HTML that are looked at; longer mail is all pictures written into it, or meant to harm. */
const MAX_LENGTH = 1_048_576;
/** Elements open at a time. A long exchange of quotes comes to some hundred. */
const MAX_DEPTH = 800;
const MAX_TAGS = 30_000;
/** Small, so that no more than the tags of one piece are opened beyond the limit. */
const PIECE = 4_096;

export interface BoundedMarkup {
  html: string;
  /** The rest was cut away. */
  isCut: boolean;
}

/**
 * Cuts HTML where it becomes too long, too deep or too rich. HTML parsers take quadratic time for depth and those who
 * walk what they made run out of stack: without this one message of 1 MiB holds a process up for a minute.
 */
export function boundMarkup(html: string): BoundedMarkup {
  if (html.length <= MAX_LENGTH && hasFewTags(html)) return { html, isCut: false };
  let end = Math.min(html.length, MAX_LENGTH);
  let isCut = end < html.length;
  let depth = 0;
  let tags = 0;
  const parser = new (htmlparser().Parser)({
    onopentagname() {
      depth += 1;
      tags += 1;
      if (isOver() && parser.startIndex < end) cutAt(parser.startIndex);
    },
    onclosetag() {
      depth -= 1;
    },
  });
  for (let start = 0; start < end; start += PIECE) parser.write(html.slice(start, Math.min(start + PIECE, end)));
  return { html: isCut ? html.slice(0, end).toWellFormed() : html, isCut };

  function isOver() {
    return depth > MAX_DEPTH || tags > MAX_TAGS;
  }
  function cutAt(index: number) {
    end = index;
    isCut = true;
  }
}

/** Whether there is nothing to count: each element takes a "<", so these are neither too deep nor too many. */
function hasFewTags(html: string): boolean {
  let at = html.indexOf("<");
  for (let tags = 0; at !== -1; tags += 1) {
    if (tags === MAX_DEPTH) return false;
    at = html.indexOf("<", at + 1);
  }
  return true;
}
