import { z } from "zod";

// Control characters that PostgreSQL or a mail header would trip over: NUL anywhere, line ends in one-line fields.
const NUL = "\u0000";
const LINE_BREAKS = [NUL, "\r", "\n", "\u2028", "\u2029"];

/** Text of several lines, without NUL (PostgreSQL cannot store it). */
export const multilineText = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => !value.includes(NUL), "must not contain a NUL character");

/** Text that may stand in a mail header: no line end of any kind, no NUL. */
export const singleLineText = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => !LINE_BREAKS.some((character) => value.includes(character)), "must be a single line");

/** Our ids: UUID, version 7. */
export const uuid = z.uuid();

/** An id given by the mail server (RFC 8620 §1.2). */
export const jmapId = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, "must be an id of the mail server");

/** An instant: ISO 8601, UTC, with milliseconds. */
export const timestamp = z.iso.datetime("must be an instant like 2026-01-31T12:00:00.000Z");

/**
 * An instant that somebody gives. PostgreSQL knows no year 0, and would round the last moment of 9999 up, into a year
 * that ISO 8601 does not have.
 */
export const instantInput = timestamp.refine(
  (value) => value > "0001" && !/^9999-12-31T23:59:59\.\d{4}/.test(value),
  "must be an instant of the years 1 to 9999",
);

/** An e-mail address, as written by a person; compared without regard to case. */
export const emailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"(),:;[\]\\\p{Cc}]{1,64}@[^\s@<>"(),:;[\]\\\p{Cc}]{1,253}$/u, "must be an e-mail address");

/** All addresses of a domain: `@example.com`. */
export const mailDomain = z
  .string()
  .max(254)
  .regex(/^@[^\s@<>"(),:;[\]\\\p{Cc}]{1,253}$/u, "must be @ and a domain");

/** An address with the name beside it, as mail headers carry them. */
export const mailAddress = z.strictObject({ name: z.string().nullable(), email: z.string() });
export type MailAddress = z.infer<typeof mailAddress>;

/** The input that every list takes. */
export const pageInput = {
  /** Items a page, 1 to 100; 50 when left out. */
  limit: z.number().int().min(1).max(100).default(50),
  /** The `nextCursor` of the page before. */
  cursor: z
    .string()
    .max(1000)
    .regex(/^[A-Za-z0-9_-]+$/, "must be a cursor of an earlier page")
    .optional(),
};

/** A page of a list; `nextCursor` is null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    /** For the `cursor` of the next page; null at the end. */
    nextCursor: z.string().nullable(),
  });
