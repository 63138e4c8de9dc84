import { describe, expect, it } from "vitest";
import { textOfHtml } from "../../src/mail/bodies/text-of-html.ts";

describe("the text of a message that has HTML alone", () => {
  it("reads as it was written, headings too", () => {
    const html = "<h1>Cenová ponuka č. 7</h1><h3>Straße</h3><p>Dobrý deň &amp; <br>vitajte</p><ul><li>a<li>b</ul>";
    expect(textOfHtml(html)).toBe("Cenová ponuka č. 7\n\n\nStraße\n\nDobrý deň &\nvitajte\n\n * a\n * b");
  });
});
