import { base64Lines, encodeSingleByte, quotedPrintable } from "./encode.ts";
import type { Random } from "./random.ts";

/** A MIME part: its header fields and its bytes as latin1, without the empty line between. */
export interface Part {
  headers: string;
  body: string;
}

const WORDS = (
  "faktúra objednávka ponuka stretnutie zmluva projekt dodávka termín otázka reklamácia cena zľava podpis príloha " +
  "správa účet úhrada schôdza návrh invoice meeting draft contract delivery"
).split(" ");

/** Two words, for a subject. */
export const makeTopic = (random: Random): string => `${random.pick(WORDS)} ${random.pick(WORDS)}`;

/** Paragraphs parted by empty lines. */
export const makeText = (random: Random): string =>
  Array.from({ length: random.between(1, 5) }, () => {
    const words = Array.from({ length: random.between(8, 40) }, () => random.pick(WORDS)).join(" ");
    return `${words[0]?.toUpperCase()}${words.slice(1)}.`;
  }).join("\n\n");

/** The text as plain text, as HTML, or as both, in the encodings that mail comes in. */
export function makeBody(random: Random, text: string): Part {
  const kind = random.next();
  if (kind < 0.45) return plain(random, text);
  if (kind < 0.55) return html(text);
  return multipart("alternative", random, [plain(random, text), html(text)]);
}

/** Parts behind one another, with a boundary that none of them holds. */
export function multipart(subtype: "alternative" | "mixed", random: Random, parts: readonly Part[]): Part {
  const boundary = `=_${subtype}_${random.between(1e8, 1e9)}`;
  const written = parts.map(({ headers, body }) => `--${boundary}\r\n${headers}\r\n\r\n${body}\r\n`);
  return {
    headers: `Content-Type: multipart/${subtype}; boundary="${boundary}"`,
    body: `${written.join("")}--${boundary}--\r\n`,
  };
}

/** A PDF of some kilobytes; its name is plain or has diacritics (RFC 2231). */
export function makeAttachment(random: Random, number: number): Part {
  const content = Buffer.alloc(random.between(1, 20) * 1024, `%PDF-1.4 ${number} `);
  const name = random.chance(0.5)
    ? `filename="faktura-${number}.pdf"`
    : `filename*=UTF-8''${encodeURIComponent(`faktúra ${number}.pdf`)}`;
  const headers = [
    "Content-Type: application/pdf",
    `Content-Disposition: attachment; ${name}`,
    "Content-Transfer-Encoding: base64",
  ];
  return { headers: headers.join("\r\n"), body: base64Lines(content) };
}

function plain(random: Random, text: string): Part {
  const kind = random.next();
  if (kind < 0.45) return part('text/plain; charset="utf-8"', "quoted-printable", quotedPrintable(text));
  if (kind < 0.65) return part("text/plain; charset=UTF-8", "base64", base64Lines(Buffer.from(text)));
  const lines = text.replaceAll("\n", "\r\n");
  if (kind < 0.85) return part("text/plain; charset=utf-8", "8bit", Buffer.from(lines).toString("latin1"));
  const bytes = encodeSingleByte(lines, "windows-1250").toString("latin1");
  return part("text/plain; charset=windows-1250", "8bit", bytes);
}

function html(text: string): Part {
  const paragraphs = text.split("\n\n").map((paragraph) => `<p>${paragraph.replaceAll("\n", "<br>")}</p>`);
  const page = `<html><body>${paragraphs.join("\n")}</body></html>`;
  return part("text/html; charset=utf-8", "quoted-printable", quotedPrintable(page));
}

const part = (type: string, encoding: string, body: string): Part => ({
  headers: `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}`,
  body,
});
