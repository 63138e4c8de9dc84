import { createRequire } from "node:module";
import type { StoredAttachment } from "@crm/db";

type SanitizeHtml = typeof import("sanitize-html");

// Loaded with the first HTML that is shown: it takes longer to load than everything a short command does.
let loaded: SanitizeHtml | undefined;
function sanitizer(): SanitizeHtml {
  loaded ??= createRequire(import.meta.url)("sanitize-html") as SanitizeHtml;
  return loaded;
}

interface Message {
  jmapId: string;
  attachments: readonly StoredAttachment[];
}

/** Beside what the library allows by itself. */
const MORE_TAGS = ["img", "font", "center", "del", "ins", "details", "summary"];
const ALLOWED_ATTRIBUTES = {
  "*": ["style", "align", "valign", "dir", "lang", "title", "width", "height", "bgcolor", "color"],
  a: ["href", "name", "target", "rel"],
  img: ["src", "alt", "data-remote-src"],
  font: ["face", "size"],
  table: ["border", "cellpadding", "cellspacing"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan"],
  ol: ["start", "type"],
};
// Looks, and nothing that can fetch, cover the page or run.
const PLAIN_VALUE = /^(?!.*(?:url|expression|image)\s*\()[\w\s#.,%()'"!-]{1,200}$/i;
const PLAIN_PROPERTIES = `color background-color font font-family font-size font-style font-weight line-height
  text-align text-decoration text-transform vertical-align white-space letter-spacing border border-top border-right
  border-bottom border-left border-collapse border-color border-radius border-spacing border-style border-width margin
  margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left width
  max-width min-width height list-style-type`.split(/\s+/);
const ALLOWED_STYLES = { "*": Object.fromEntries(PLAIN_PROPERTIES.map((property) => [property, [PLAIN_VALUE]])) };

/**
 * The HTML of a message, safe to show: no scripts, forms, frames or embedded objects; links open elsewhere; inline
 * images come from our own attachment URLs; remote images are named in `data-remote-src` and not loaded.
 */
export function sanitizeBody(html: string, message: Message): string {
  const inline = new Map(
    message.attachments.flatMap(({ cid, blobId }) => (cid === null ? [] : [[cid, blobId] as const])),
  );
  const sanitizeHtml = sanitizer();
  return sanitizeHtml(html, {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, ...MORE_TAGS],
    allowedAttributes: ALLOWED_ATTRIBUTES,
    allowedStyles: ALLOWED_STYLES,
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowProtocolRelative: false,
    disallowedTagsMode: "discard",
    transformTags: {
      a: (tagName, attributes) => ({
        tagName,
        attribs: { ...attributes, target: "_blank", rel: "noopener noreferrer nofollow" },
      }),
      img: (tagName, { src = "", ...attributes }) => ({ tagName, attribs: { ...attributes, ...imageSource(src) } }),
    },
  });

  function imageSource(src: string): Record<string, string> {
    if (!src.toLowerCase().startsWith("cid:")) return /^https?:/i.test(src) ? { "data-remote-src": src } : {};
    const blobId = inline.get(src.slice("cid:".length));
    if (blobId === undefined) return {};
    return { src: `/api/emails/${encodeURIComponent(message.jmapId)}/attachments/${encodeURIComponent(blobId)}` };
  }
}
