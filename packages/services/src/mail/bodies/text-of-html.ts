import { createRequire } from "node:module";
import { boundMarkup } from "./bound-markup.ts";

// Loaded with the first message that has HTML alone.
let compiled: ((html: string) => string) | undefined;

/** The text of a message that has HTML alone. */
export function textOfHtml(html: string): string {
  compiled ??= (createRequire(import.meta.url)("html-to-text") as typeof import("html-to-text")).compile({
    wordwrap: false,
    selectors: [{ selector: "img", format: "skip" }],
  });
  return compiled(boundMarkup(html).html);
}
