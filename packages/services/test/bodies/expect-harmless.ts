import { type DefaultTreeAdapterTypes, parse, parseFragment, serialize, html as spec } from "parse5";
import { expect } from "vitest";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const TAGS = new Set(
  `address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section blockquote dd div dl dt figcaption
  figure hr li menu ol p pre ul a abbr b bdi bdo br cite code data dfn em i kbd mark q rb rp rt rtc ruby s samp small
  span strong sub sup time u var wbr caption col colgroup table tbody td tfoot th thead tr img font center del ins
  details summary`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `style align valign dir lang title width height bgcolor color href target rel src alt data-remote-src face size border
  cellpadding cellspacing colspan rowspan start type`.split(/\s+/),
);
const OWN_URL = /^\/api\/emails\/[\w%.-]+\/attachments\/[\w%.-]+$/;
const PICTURE = /^data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/]*={0,2}$/i;
const FORBIDDEN_STYLE =
  /url|expression|image|position|import|behavior|binding|attr|var|z-index|float|@|\\|\/|[{}<>&]|-\d/i;

/** Reads sanitized HTML as a browser does, and looks at everything that is in it. */
export function expectHarmless(html: string): void {
  const fragment = parseFragment(html);
  for (const node of below(fragment)) expectHarmlessNode(node, html);
  // In a page of its own too, and when what was read is written out and read again: nothing of it may come alive then.
  for (const node of below(parse(`<!doctype html><body><div>${html}</div>`))) {
    if (!("tagName" in node && ["html", "head", "body"].includes(node.tagName))) expectHarmlessNode(node, html);
  }
  const again = serialize(parseFragment(serialize(fragment)));
  for (const node of below(parseFragment(again))) expectHarmlessNode(node, again);
}

function expectHarmlessNode(node: Node, html: string): void {
  expect(["#text", "#documentType"].includes(node.nodeName) || "attrs" in node, `${node.nodeName} in ${html}`).toBe(
    true,
  );
  if (!("attrs" in node)) return;
  expect([...TAGS], html).toContain(node.tagName);
  expect(node.namespaceURI, html).toBe(spec.NS.HTML);
  for (const { name, value } of node.attrs) {
    expect([...ATTRIBUTES], html).toContain(name);
    if (name === "href") expect(["http:", "https:", "mailto:", "tel:"], html).toContain(new URL(value).protocol);
    if (name === "src") expect(OWN_URL.test(value) || PICTURE.test(value), value).toBe(true);
    if (name === "data-remote-src") expect(value).toMatch(/^https?:\/\//);
    if (name === "style") expect(value).not.toMatch(FORBIDDEN_STYLE);
  }
  if (node.tagName === "a")
    expect(attributesOf(node)).toMatchObject({ target: "_blank", rel: expect.stringContaining("noopener noreferrer") });
}

export const attributesOf = ({ attrs }: Element): Record<string, string> =>
  Object.fromEntries(attrs.map(({ name, value }) => [name, value]));

/** Every element of some HTML. */
export const elementsOf = (html: string): Element[] =>
  [...below(parseFragment(html))].filter((node): node is Element => "attrs" in node);

function* below(node: Node): Generator<Node> {
  const children = "childNodes" in node ? node.childNodes : [];
  const content = "content" in node ? [node.content] : [];
  for (const child of [...children, ...content]) {
    if (child.nodeName !== "#document-fragment") yield child;
    yield* below(child);
  }
}
