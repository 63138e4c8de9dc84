/** Looks, and nothing that can fetch, move about or cover what is not the message's. */
const PROPERTIES: ReadonlySet<string> = new Set(
  `color background-color font font-family font-size font-style font-weight line-height text-align text-decoration
  text-indent text-transform vertical-align white-space word-break overflow-wrap letter-spacing direction
  border border-top border-right border-bottom border-left border-collapse border-color border-radius border-spacing
  border-style border-width margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right
  padding-bottom padding-left width max-width min-width height max-height list-style-type display`.split(/\s+/),
);
/** No colon, slash, backslash, at-sign or brace: nothing of it can be an address, an escape or the end of a rule. */
const VALUE = /^[\w\s#.,%()'"!-]{1,200}$/;
const FUNCTIONS = /^(?:rgba?|hsla?)$/i;
const DISPLAYS = /^(?:none|block|inline|inline-block|table|table-row|table-cell|list-item)(?:\s*!important)?$/i;
/** By less than nothing, what is moved lies on top of something else. */
const NEGATIVE = /(?:^|[\s,(])-[\d.]/;

/** What is harmless of a style attribute; empty when nothing is. Declarations that hold a semicolon in quotes go too. */
export function plainStyle(style: string): string {
  return style
    .slice(0, 4_000)
    .split(";")
    .map((declaration) => plainDeclaration(declaration))
    .filter((declaration) => declaration !== null)
    .join(";");
}

function plainDeclaration(declaration: string): string | null {
  const colon = declaration.indexOf(":");
  const property = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
  const value = declaration.slice(colon + 1).trim();
  if (!PROPERTIES.has(property) || !VALUE.test(value) || NEGATIVE.test(value)) return null;
  if (property === "display" && !DISPLAYS.test(value)) return null;
  // The end of a longer name is none of the names either.
  const called = value.matchAll(/([\w-]{0,6})\s{0,3}\(/g);
  for (const [, name = ""] of called) if (!FUNCTIONS.test(name)) return null;
  return `${property}:${value}`;
}
