import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeSnippet } from "../../src/mail/search/make-snippet.ts";
import { parseSearch } from "../../src/mail/search/parse-search.ts";
import { readWords } from "../../src/mail/search/read-words.ts";
import { composeDocument } from "../../src/mail/search/search-document.ts";
import { toTiers } from "../../src/mail/search/to-tiers.ts";

const words = (text: string) => Array.from(readWords(text), ({ folded }) => folded);
const anything = fc.string({ unit: "binary", maxLength: 300 });

describe("the words of a text", () => {
  it.each([
    ["Horváthová", ["horvathova"]],
    ["HORVA\u0301THOVA\u0301", ["horvathova"]],
    ["Straße, Łódź, smørrebrød, Đakovo", ["strasse", "lodz", "smorrebrod", "dakovo"]],
    ["İSTANBUL ıstanbul", ["istanbul", "istanbul"]],
    ["ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]],
    ["Москва МОСКВА", ["москва", "москва"]],
    ["jan.novak@firma.sk", ["jan", "novak", "firma", "sk"]],
    ["2024-15 a/b „x“ 1⁄2 ½", ["2024", "15", "a", "b", "x", "1", "2", "12"]],
    ["*** \u{1f600} ' \u0301", []],
  ])("%s", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it("are letters and digits alone, the same when read again, and stand where they say", () => {
    fc.assert(
      fc.property(anything, (text) => {
        let end = 0;
        for (const word of readWords(text)) {
          expect(word.folded).toMatch(/^[\p{L}\p{N}]{1,64}$/u);
          expect(words(word.folded)).toEqual([word.folded]);
          expect(word.start).toBeGreaterThanOrEqual(end);
          expect(word.end).toBeGreaterThan(word.start);
          end = word.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("of Latin letters are folded as they are among others", () => {
    const latin = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).filter((letter) =>
      /\p{L}|\p{N}/u.test(letter),
    );
    expect(latin.length).toBeGreaterThan(400);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...latin), { minLength: 1, maxLength: 30 }), (letters) => {
        const word = letters.join("");
        expect(words(`${word}ж`)).toEqual([`${words(word)[0]}ж`]);
      }),
    );
    expect(words("ŠŤUKA Łódź Straße œuvre ĳ")).toEqual(["stuka", "lodz", "strasse", "oeuvre", "ij"]);
  });

  it("of a hundred thousand characters are read too, whatever they are", () => {
    const texts = ["a", "á", "a\u0301", "\u0301", "'", "a ", '"', '-"', "\ufdfa"].map((unit) =>
      unit.repeat(100_000 / unit.length),
    );
    for (const text of texts) {
      const { wanted, unwanted } = parseSearch(text);
      expect(wanted.length + unwanted.length).toBeLessThanOrEqual(1);
    }
  });
});

describe("what a person typed", () => {
  const prefix = (...all: string[]) => ({ words: all, isPrefix: true });
  const whole = (...all: string[]) => ({ words: all, isPrefix: false });

  it.each([
    ["faktúra  ACME", [prefix("faktura"), prefix("acme")], []],
    ['"ročná faktúra" acme', [whole("rocna", "faktura"), prefix("acme")], []],
    ["„ročná faktúra“ «dva»", [whole("rocna", "faktura"), whole("dva")], []],
    ["faktúra -zálohová", [prefix("faktura")], [prefix("zalohova")]],
    ['-"ročná faktúra" -"', [], [whole("rocna", "faktura")]],
    ['"nedopísaná fakt', [prefix("nedopisana", "fakt")], []],
    ["jan.novak@firma.sk", [prefix("jan", "novak", "firma", "sk")], []],
    ["e-mail --x - -", [prefix("e", "mail")], [prefix("x")]],
    ["a a A á", [prefix("a")], []],
    ['*** "" \' \\ & | ! ( ) : <->', [], []],
  ])("%s", (text, wanted, unwanted) => {
    expect(parseSearch(text)).toEqual({ wanted, unwanted });
  });

  it("never holds a word that was not typed, nor loses one", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { wanted, unwanted } = parseSearch(text);
        const parsed = new Set([...wanted, ...unwanted].flatMap((phrase) => phrase.words));
        expect(parsed).toEqual(new Set(words(text)));
      }),
    );
  });

  it("becomes queries in which nothing stands but words, quoted lexemes and our operators", () => {
    fc.assert(
      fc.property(anything, fc.option(anything, { nil: undefined }), (q, from) => {
        const search = toTiers(parseSearch(q), { from, hasAttachment: true });
        const queries = search ? [search.any, ...search.tiers] : [];
        for (const query of queries.flatMap(({ match, conditions }) => [match, ...conditions]))
          expect(query.replace(/'(?:[^'\\]|''|\\\\)*'/g, "w")).toMatch(/^(?:w|[()!&|]|<->|:\*| )*$/);
      }),
    );
  });
});

describe("a snippet", () => {
  const snippet = (q: string, ...texts: string[]) => makeSnippet(texts, parseSearch(q));

  it("marks the hits, whatever their case and diacritics, and escapes the rest", () => {
    expect(snippet("HORVATHOVA rok", "Pani <b>Horváthová</b> & Horváthovej v ročnom")).toBe(
      "Pani &lt;b&gt;<mark>Horváthová</mark>&lt;/b&gt; &amp; Horváthovej v ročnom",
    );
    expect(snippet("horváth rocn", "Pani Horva\u0301thova\u0301 v ročnom")).toBe(
      "Pani <mark>Horva\u0301thova\u0301</mark> v <mark>ročnom</mark>",
    );
  });

  it("is cut from the place where most of the words are", () => {
    const far = "lorem ipsum ".repeat(100);
    const found = snippet("alfa beta", `alfa ${far}beta a alfa ${far}`);
    expect(found).toMatch(/^….*<mark>beta<\/mark> a <mark>alfa<\/mark>.*…$/);
    expect(found.replace(/<\/?mark>|…/g, "").length).toBeLessThanOrEqual(200);
  });

  it("comes from the next text where the first has no hit, and from the last where none has", () => {
    expect(snippet("alfa", "beta", "Alfa!")).toBe("<mark>Alfa</mark>!");
    expect(snippet("-alfa", "beta", "gama")).toBe("gama");
    expect(snippet("alfa")).toBe("");
  });

  it("holds no markup but the marks, whatever the text is", () => {
    fc.assert(
      fc.property(anything, anything, (q, text) => {
        const found = snippet(q, text, text);
        expect(found.replaceAll(/<\/?mark>/g, "")).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
        expect(found.split("<mark>").length).toBe(found.split("</mark>").length);
        expect(found.isWellFormed()).toBe(true);
      }),
    );
  });

  it("marks what the query is about in any text that has it", () => {
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        expect(snippet("horvathova", `${before} Horváthová ${after}`)).toContain("<mark>Horváthová</mark>");
      }),
    );
  });
});

describe("a document", () => {
  const compose = (fields: Partial<Parameters<typeof composeDocument>[0]>) =>
    composeDocument({ subject: "", body: "", from: [], to: [], hasAttachment: false, ...fields });

  it("says where its words stand, with a gap between the fields, and in which of the first fields they are", () => {
    expect(
      compose({ subject: "Faktúra", from: [{ name: "Ján", email: "j@x.sk" }], body: "faktúra", hasAttachment: true }),
    ).toBe("'faktura':1,18 'jan':6 'j':11 'x':12 'sk':13 '+attachment' '=faktura' '<jan' '<j' '<x' '<sk' '<j@x.sk'");
  });
});
