const NUL = "\u0000";

/** Text of a message without what PostgreSQL cannot store: NUL, and halves of surrogate pairs. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll(NUL, "\uFFFD");

const FIRST_INSTANT = new Date(0).toISOString();

/** An instant of a message, ISO 8601; a senseless one becomes the oldest there is rather than an error. */
export function toInstant(value: string | null | undefined): string {
  const time = Date.parse(value ?? "");
  // Years before 1 and after 9999 are no ISO 8601 of four digits.
  return time >= -62_135_596_800_000 && time < 253_402_300_800_000 ? new Date(time).toISOString() : FIRST_INSTANT;
}
