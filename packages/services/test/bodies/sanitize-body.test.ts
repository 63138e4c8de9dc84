import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitizeBody } from "../../src/mail/bodies/sanitize-body.ts";
import { attributesOf, elementsOf, expectHarmless } from "./expect-harmless.ts";
import { HOSTILE } from "./hostile-mail.ts";

const attachment = (blobId: string, cid: string | null, type = "image/png") => ({
  ...{ blobId, cid, type },
  name: null,
  size: 1,
});
const MESSAGE = {
  jmapId: "M1",
  attachments: [attachment("B1", "logo@x.test"), attachment("B2", "drawing", "image/svg+xml")],
};
const sanitize = (html: string) => sanitizeBody(html, MESSAGE);
const imagesOf = (html: string) =>
  elementsOf(sanitize(html))
    .filter(({ tagName }) => tagName === "img")
    .map(attributesOf);
const linkOf = (html: string) => attributesOf(elementsOf(sanitize(html))[0] ?? expect.fail("there is no element"));

describe("hostile mail", () => {
  it.each(HOSTILE)("%s", (html) => {
    expectHarmless(sanitize(html));
    // Where it is quoted, cut or inside of something.
    expectHarmless(sanitize(`<table><tr><td style="color:red">${html}</td></tr></table>`));
    expectHarmless(sanitize(`<a href="https://x.test/?q=${html}">${html}`));
    expectHarmless(sanitize(html.slice(0, -1)));
    expectHarmless(sanitize(sanitize(html)));
  });

  it("is harmless however its pieces are put together", () => {
    const names =
      `a b p div table td tr img svg math style script title textarea template noscript iframe form select option
      mglyph mtext annotation-xml foreignObject desc xmp plaintext font center details body html frameset br`.split(
        /\s+/,
      );
    const piece = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constantFrom(...names).map((name) => `<${name}>`),
      fc.constantFrom(...names).map((name) => `</${name}>`),
      fc.constantFrom(...names, ...names).map((name) => `<${name} title="`),
      fc.constantFrom(
        '"',
        "'",
        "`",
        ">",
        "<",
        "/>",
        "=",
        "<!--",
        "-->",
        "--!>",
        "<![CDATA[",
        "]]>",
        "<?",
        "\0",
        "&lt;",
        "&#x3e;",
      ),
      fc.constantFrom(
        ' src="cid:logo@x.test"',
        " onerror=alert(1)",
        ' style="color:red;top:0"',
        ' href="javascript:1"',
      ),
      fc.string(),
    );
    const mail = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(mail, (html) => expectHarmless(sanitize(html))),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 800) },
    );
  });
});

describe("what is shown of a message", () => {
  it("is its text and its looks", () => {
    const html =
      '<table width="600" bgcolor="#ffffff"><tr><td align="center" style="Padding: 4px 8px; COLOR:#333 !important; font:bold 12px/1.5 Arial"><b>Hello</b> <font color="red">you</font></td></tr></table>';
    expect(sanitize(html)).toBe(
      '<table width="600" bgcolor="#ffffff"><tr><td align="center" style="padding:4px 8px;color:#333 !important"><b>Hello</b> <font color="red">you</font></td></tr></table>',
    );
  });

  it("is not its title, nor what only other programs read", () => {
    const html =
      "<html><head><title>News</title><style>p{}</style></head><body><!--[if mso]>Outlook<![endif]--><p>Text<o:p></o:p></p></body></html>";
    expect(sanitize(html)).toBe("<p>Text</p>");
    expect(sanitize('<div style="display:none;max-height:0">preview</div>')).toContain("display:none");
  });

  it("links elsewhere, in a page of their own that knows nothing of this one", () => {
    const away = { target: "_blank", rel: "noopener noreferrer nofollow" };
    expect(linkOf('<a href=" https://x.test/a?b=c&amp;d ">x</a>')).toEqual({ href: "https://x.test/a?b=c&d", ...away });
    expect(linkOf('<a href="mailto:jan@x.test?subject=Hi">x</a>')).toEqual({
      href: "mailto:jan@x.test?subject=Hi",
      ...away,
    });
    // A host that only looks like another one is shown for what it is.
    expect(linkOf('<a href="https://аpple.com/">x</a>').href).toBe("https://xn--pple-43d.com/");
    expect(linkOf('<a href="/api/auth/logout">x</a>')).toEqual(away);
  });

  it("inline pictures come from our own URL, if they are pictures of this very message", () => {
    const url = "/api/emails/M1/attachments/B1";
    for (const src of ["cid:logo@x.test", "CID:logo%40x.test", " cid:<logo@x.test> "]) {
      expect(imagesOf(`<img alt=Logo src="${src}">`)).toEqual([{ alt: "Logo", src: url }]);
    }
    expect(imagesOf('<img src="cid:other@x.test"><img src="cid:drawing">')).toEqual([{}, {}]);
    expect(imagesOf('<img src="data:image/gif;base64,R0lG\nODlh">')).toEqual([
      { src: "data:image/gif;base64,R0lGODlh" },
    ]);
  });

  it("remote pictures are named and not loaded, and those that only spy are not even named", () => {
    expect(imagesOf('<img src="https://x.test/a.png?b&amp;c" width=600 height=1>')).toEqual([
      { "data-remote-src": "https://x.test/a.png?b&c", width: "600", height: "1" },
    ]);
    for (const size of [
      "width=1 height=1",
      "width=0 height='1px'",
      'style="width:1px;height:1px"',
      'width=1 style="HEIGHT: 0px !important"',
    ]) {
      expect(imagesOf(`<img src="https://x.test/open.gif" ${size}>`), size).toEqual([{}]);
    }
  });
});

describe("mail made to keep the process busy", () => {
  const MiB = 1_048_576;
  const fill = (unit: string, length = MiB) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  const cases: [string, string][] = [
    ["elements within elements", fill("<div>")],
    ["elements within elements, never closed rightly", fill("<b>", MiB / 2) + fill("</i>", MiB / 2)],
    ["elements that close one another", fill("<td><p>")],
    ["elements by the thousand", fill("<p>x</p>", 5 * MiB)],
    ["attributes by the thousand", `<p ${fill("a b c d ")}>x</p>`],
    ["a style without end", `<p style="${fill("color:((((")}">x</p>`],
    ["an address of comments", `<a href="${fill("<!-- -->")}">x</a>`],
    ["a picture of blanks", `<img src="data:image/png;base64,${fill(" ")}!">`],
    ["nothing but opening brackets", fill("<")],
    ["comments that are never closed", fill("<!--")],
    ["drawings", fill("<svg><style><img>")],
  ];

  // Each took from some seconds to a minute before there were limits; the time-out tells.
  it.each(cases)(
    "%s",
    (_name, html) => {
      const safe = sanitize(html);
      expect(safe.length).toBeLessThan(6 * MiB);
      const depth = Math.max(0, ...elementsOf(safe).map(depthOf));
      expect(depth).toBeLessThan(2_500);
    },
    8_000,
  );

  it("is cut, and says so", () => {
    expect(sanitize(fill("<p>x</p>", 5 * MiB))).toMatch(/too long to be shown here\.<\/em><\/p>$/);
    expect(sanitize(fill("<p>x</p>", 100_000))).not.toContain("too long");
  });

  function depthOf(element: { parentNode: unknown }): number {
    let depth = 0;
    for (let node: unknown = element; node; node = (node as { parentNode?: unknown }).parentNode) depth += 1;
    return depth;
  }
});
