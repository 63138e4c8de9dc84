const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  euro: "€",
};

/** Elements of which nothing is read. */
const UNREAD = new Set(["style", "script", "head", "title"]);
const BREAKING = new Set(["br", "/p", "/div", "/tr", "/li", "/h1", "/h2", "/h3", "/h4"]);

/** Plain words of an HTML body, for previews and searching only: nothing that is ever shown as HTML again. */
export function htmlToText(html: string): string {
  return stripTags(html)
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{1,8});/gi, (whole, name: string) => decodeEntity(whole, name))
    .replace(/[ \t]+/g, " ")
    .trim();
}

/** One walk from left to right: patterns over whole tags would take a hostile megabyte of `<` quadratic time. */
function stripTags(html: string): string {
  // ASCII alone, so that places in the one are places in the other.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let text = "";
  let position = 0;
  for (;;) {
    const open = html.indexOf("<", position);
    text += html.slice(position, open === -1 ? undefined : open);
    if (open === -1) return text;
    const isComment = html.startsWith("<!--", open);
    const end = html.indexOf(isComment ? "-->" : ">", open);
    if (end === -1) return text;
    const name = isComment ? "" : (/^\/?[a-z0-9]*/.exec(lower.slice(open + 1, open + 12))?.[0] ?? "");
    text += BREAKING.has(name) ? "\n" : " ";
    const resume = UNREAD.has(name) ? lower.indexOf(`</${name}`, end) : end + (isComment ? 3 : 1);
    if (resume === -1) return text;
    position = resume;
  }
}

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
