import { createRequire } from "node:module";
import { boundMarkup } from "./bound-markup.ts";

const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];

// Loaded with the first message that has HTML alone.
let compiled: ((html: string) => string) | undefined;

/** The text of a message that has HTML alone. */
export function textOfHtml(html: string): string {
  compiled ??= (createRequire(import.meta.url)("html-to-text") as typeof import("html-to-text")).compile({
    wordwrap: false,
    selectors: [
      { selector: "img", format: "skip" },
      // It would put them into capitals; they are to be read, quoted and found as they were written.
      ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
  return compiled(boundMarkup(html).html);
}
