import { describe, expect, it } from "vitest";
import { quoteAsHtml, quoteAsText } from "../../src/mail/outbox/quote-message.ts";
import { threadingOf } from "../../src/mail/outbox/threading.ts";
import { expectHarmless } from "./expect-harmless.ts";

describe("what an answer is threaded by", () => {
  it("is what the answered message names, and itself", () => {
    const answered = { messageId: "c@x", inReplyTo: "b@x", references: ["a@x", "b@x"] };
    expect(threadingOf(answered)).toEqual({ inReplyTo: "c@x", references: ["a@x", "b@x", "c@x"] });
    expect(threadingOf({ ...answered, references: [] }).references).toEqual(["b@x", "c@x"]);
    expect(threadingOf({ ...answered, messageId: null })).toEqual({ inReplyTo: null, references: ["a@x", "b@x"] });
    expect(threadingOf({ ...answered, references: ["c@x", "a@x"] }).references).toEqual(["a@x", "c@x"]);
  });

  it("never ends the header, whatever a stranger wrote", () => {
    const evil = [
      "a@x\r\nBcc: b@x",
      "a\nb@x",
      "a\0b@x",
      "a\u2028b@x",
      "a b@x",
      "a> <b@x",
      "ä@x",
      `${"a".repeat(300)}@x`,
      "",
    ];
    expect(threadingOf({ messageId: "c@x", inReplyTo: null, references: evil }).references).toEqual(["c@x"]);
    for (const messageId of evil) {
      expect(threadingOf({ messageId, inReplyTo: null, references: ["a@x"] })).toEqual({
        inReplyTo: null,
        references: ["a@x"],
      });
    }
  });

  it("is the first and the latest of a long thread", () => {
    const references = Array.from({ length: 500 }, (_, index) => `${index}@x`);
    const { references: kept } = threadingOf({ messageId: "last@x", inReplyTo: null, references });
    expect(kept).toHaveLength(50);
    expect([kept[0], kept[1], kept.at(-1)]).toEqual(["0@x", "452@x", "last@x"]);
  });
});

describe("what is quoted in an answer", () => {
  const message = {
    jmapId: "M1",
    from: [{ name: "Jana <b>", email: "jana@x.test" }],
    receivedAt: "2026-11-24T10:30:00.000Z",
    bodyText: "One\r\n> Two\n\nThree\n\n",
    bodyHtml: null,
  };

  it("is each line of it, and whose it is", () => {
    expect(quoteAsText(message)).toBe(
      "On Tue, 24 Nov 2026 10:30:00 GMT, Jana <b> <jana@x.test> wrote:\n> One\n>> Two\n> \n> Three\n",
    );
    expect(quoteAsHtml(message)).toBe(
      "<p>On Tue, 24 Nov 2026 10:30:00 GMT, Jana &lt;b&gt; &lt;jana@x.test&gt; wrote:</p>\n" +
        '<blockquote type="cite">One<br>&gt; Two<br><br>Three<br><br></blockquote>\n',
    );
  });

  it("is not what is hostile in it", () => {
    const bodyHtml = '<p onclick=alert(1)>Hi<img src="https://x.test/a.png"><script>alert(1)</script></blockquote>';
    const html = quoteAsHtml({ ...message, bodyHtml });
    expect(html).toContain('<blockquote type="cite"><p>Hi</p></blockquote>');
    expectHarmless(html.replace(' type="cite"', ""));
  });
});
