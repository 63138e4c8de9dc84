import type { Person } from "../mime/compose-message.ts";

const DAYS_SK = ["ne", "po", "ut", "st", "št", "pi", "so"];

/** The message that is answered, as mail programs put it below the answer. */
export function quote(original: { text: string; date: Date; from: Person; slovak: boolean }): string {
  const { text, date, from, slovak } = original;
  const clock = date.toISOString().slice(11, 16);
  const who = `${from.name ?? from.email} <${from.email}>`;
  const day = `${date.getUTCDate()}. ${date.getUTCMonth() + 1}. ${date.getUTCFullYear()}`;
  const line = slovak
    ? `${DAYS_SK[date.getUTCDay()]} ${day} o ${clock} ${who} napísal(a):`
    : `On ${date.toUTCString().slice(0, 16)} at ${clock}, ${who} wrote:`;
  const quoted = text
    .trim()
    .split("\n")
    .map((row) => (row.startsWith(">") ? `>${row}` : `> ${row}`.trimEnd()));
  return [line, ...quoted].join("\n");
}
