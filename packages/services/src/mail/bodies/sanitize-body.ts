import { createRequire } from "node:module";
import type { StoredAttachment } from "@crm/db";
import { boundMarkup } from "./bound-markup.ts";
import { pictureSources } from "./picture-source.ts";
import { plainStyle } from "./plain-style.ts";

type Attributes = Record<string, string>;

type SanitizeHtml = typeof import("sanitize-html");

// Loaded with the first HTML that is shown: it takes longer to load than everything a short command does.
let loaded: SanitizeHtml | undefined;
function sanitizer(): SanitizeHtml {
  loaded ??= createRequire(import.meta.url)("sanitize-html") as SanitizeHtml;
  return loaded;
}

/** Beside what the library allows by itself. */
const MORE_TAGS = ["img", "font", "center", "del", "ins", "details", "summary"];
const ALLOWED_ATTRIBUTES = {
  "*": ["style", "align", "valign", "dir", "lang", "title", "width", "height", "bgcolor", "color"],
  a: ["href", "target", "rel"],
  img: ["src", "alt", "data-remote-src"],
  font: ["face", "size"],
  table: ["border", "cellpadding", "cellspacing"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan"],
  ol: ["start", "type"],
};
/** What stands inside these is no text of the message. */
const WITHOUT_CONTENT = [
  ...["script", "style", "title", "textarea", "option", "xmp", "template", "svg", "math"],
  ...["iframe", "noframes", "noembed"],
];
/** No attribute that is kept has a use for more, pictures that are written out aside. */
const MAX_ATTRIBUTE = 4_000;
const LINK_PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);
const REST = "<p><em>The rest of this message is too long to be shown here.</em></p>";

/**
 * The HTML of a message, safe to show: no scripts, forms, frames or embedded objects; links lead elsewhere, to where
 * they say; inline images come from our own attachment URLs; remote images are named in `data-remote-src` and not
 * loaded, so that a reader who wants to see them can put that into `src`. Invisible ones, which only tell the sender
 * that the message was read, lose their address. Takes a second at most, whatever it is given.
 */
export function sanitizeBody(
  markup: string,
  message: { jmapId: string; attachments: readonly StoredAttachment[] },
): string {
  const sanitizeHtml = sanitizer();
  const { html, isCut } = boundMarkup(markup);
  const sourceOf = pictureSources(message);
  const styles = new Map<string, string>();

  const safe = sanitizeHtml(html, {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, ...MORE_TAGS],
    allowedAttributes: ALLOWED_ATTRIBUTES,
    // They are chosen here, one by one: addresses of pictures and links have rules of their own, styles a stricter one.
    allowedSchemesAppliedToAttributes: [],
    parseStyleAttributes: false,
    disallowedTagsMode: "discard",
    nonTextTags: WITHOUT_CONTENT,
    transformTags: {
      "*": (tagName, { style, ...attributes }) => ({ tagName, attribs: withStyle(short(attributes), style) }),
      a: (tagName, attributes) => ({ tagName, attribs: toLink(attributes) }),
      img: (tagName, { src = "", "data-remote-src": _, ...attributes }) => ({
        tagName,
        attribs: isPixel(attributes) ? {} : { ...attributes, ...sourceOf(src) },
      }),
    },
  });
  return isCut ? safe + REST : safe;

  function withStyle(attributes: Attributes, style: string | undefined): Attributes {
    if (style === undefined) return attributes;
    let plain = styles.get(style);
    if (plain === undefined) {
      plain = plainStyle(style);
      styles.set(style, plain);
    }
    return plain === "" ? attributes : { ...attributes, style: plain };
  }
}

function short(attributes: Attributes): Attributes {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name] ?? "";
    if (value.length > MAX_ATTRIBUTE && !(name === "src" && value.startsWith("data:"))) delete attributes[name];
  }
  return attributes;
}

/** Addresses are resolved as a browser would; those that are relative would lead into the CRM, so they lead nowhere. */
function toLink({ href = "", ...attributes }: Attributes): Attributes {
  const url = href.length <= MAX_ATTRIBUTE && URL.canParse(href) ? new URL(href) : null;
  const goes = url !== null && LINK_PROTOCOLS.has(url.protocol);
  return {
    ...attributes,
    ...(goes && { href: url.href }),
    target: "_blank",
    rel: "noopener noreferrer nofollow",
  };
}

const TINY = /^\s*0*[01](?:\.\d+)?(?:px)?\s*$/;
const tinyStyle = (name: string) =>
  new RegExp(`(?:^|[;\\s])${name}\\s*:\\s*0*[01](?:\\.\\d+)?(?:px)?\\s*(?:!important)?\\s*(?:;|$)`, "i");
const TINY_WIDTH = tinyStyle("width");
const TINY_HEIGHT = tinyStyle("height");

const isPixel = ({ width = "", height = "", style = "" }: Attributes): boolean =>
  (TINY.test(width) || TINY_WIDTH.test(style)) && (TINY.test(height) || TINY_HEIGHT.test(style));
