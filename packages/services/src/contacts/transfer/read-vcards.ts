import { setImmediate as nextTurn } from "node:timers/promises";
import ICAL from "ical.js";
import type { FileRow } from "./contact-file.ts";

/** A property in jCard (RFC 7095 §3.3): name, parameters, type, values. */
type Property = [name: string, parameters: object, type: string, ...values: (string | string[])[]];

/** What is read of a card; the rest (pictures, dates, telephones) may be as odd as it likes. */
const PROPERTIES = /^(?:[\w-]+\.)?(?:VERSION|FN|N|EMAIL|NOTE|CATEGORIES)[;:]/i;
const NAME = /^(?:[\w-]+\.)?N[;:]/i;

/** Cards after which other requests get their turn. */
const CARDS_A_TURN = 200;

/**
 * Contacts of vCards 3.0 (RFC 2426) and 4.0 (RFC 6350), one for each address of a card. FN, else N, is the name, NOTE
 * the notes, CATEGORIES the tags; what a card lacks changes nothing.
 */
export async function* readVcards(text: string): AsyncGenerator<FileRow[]> {
  let row = 0;
  let lines: string[] | null = null;
  for (const line of linesOf(text)) {
    if (/^BEGIN:VCARD\s*$/i.test(line)) {
      if (lines) yield [noEnd(row)];
      lines = [];
      if (++row % CARDS_A_TURN === 0) await nextTurn();
    } else if (/^END:VCARD\s*$/i.test(line)) {
      if (lines) yield readCard(row, lines);
      lines = null;
    } else if (lines && PROPERTIES.test(line)) lines.push(line);
  }
  if (lines) yield [noEnd(row)];
  if (row === 0) yield [{ row: 1, field: "row", message: "There is no vCard in the file." }];
}

const noEnd = (row: number): FileRow => ({ row, field: "row", message: "The card has no end." });

/** Unfolded (RFC 6350 §3.2), without a byte order mark. */
function* linesOf(text: string): Generator<string> {
  const breaks = /\r\n(?![ \t])|\n(?![ \t])|\r(?![\n \t])/g;
  let start = text.startsWith("\ufeff") ? 1 : 0;
  for (let end = breaks.exec(text); ; end = breaks.exec(text)) {
    yield text.slice(start, end?.index).replace(/(?:\r\n|\n|\r)[ \t]/g, "");
    if (!end) return;
    start = breaks.lastIndex;
  }
}

function readCard(row: number, lines: readonly string[]): FileRow[] {
  let properties: Property[];
  try {
    properties = parseCard(lines);
  } catch {
    return [{ row, field: "row", message: "The card is not a valid vCard." }];
  }
  const values = (name: string) =>
    properties.flatMap(([key, , , ...given]) => (key === name ? given.flat().map((value) => String(value)) : []));
  if (values("version").some((version) => version.startsWith("2"))) {
    return [{ row, field: "version", message: "Only vCard 3.0 and 4.0 can be read." }];
  }
  const emails = values("email").map((email) => email.trim());
  if (emails.length === 0) return [{ row, field: "email", message: "The card has no e-mail address." }];
  const [family = "", given = ""] = values("n");
  const name = values("fn").find(isText) ?? [given, family].filter(isText).join(" ");
  const tags = values("categories").map((tag) => tag.trim());
  const details = {
    // A card has to have a name; one that is an address of it stands for none.
    name: name === "" || emails.includes(name) ? undefined : name,
    notes: values("note").find(isText),
    tags: tags.some(isText) ? tags.filter(isText) : undefined,
  };
  return emails.map((email) => ({ row, email, ...details }));
}

const isText = (value: string): boolean => value.trim() !== "";

function parseCard(lines: readonly string[]): Property[] {
  // The library leaves an escaped semicolon as it is, except in structured values (RFC 6350 §3.4).
  const unescaped = lines.map((line) =>
    NAME.test(line) ? line : line.replace(/\\(.)/g, (pair, character) => (character === ";" ? ";" : pair)),
  );
  const [, properties] = ICAL.parse(["BEGIN:VCARD", ...unescaped, "END:VCARD"].join("\r\n")) as [string, Property[]];
  return properties;
}
