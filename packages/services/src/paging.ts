import { ServiceError } from "./errors.ts";

type KeyPart = string | number | boolean | null;

/** Where what has no date yet is sorted. */
export const NEVER = "-infinity";

const FITS = {
  string: (part: unknown) => typeof part === "string" && !part.includes("\u0000"),
  // As wide as the columns that lists are sorted by.
  integer: (part: unknown) => typeof part === "number" && (part | 0) === part,
  number: (part: unknown) => typeof part === "number",
  boolean: (part: unknown) => typeof part === "boolean",
  uuid: (part: unknown) => typeof part === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  instant: isInstant,
  instantOrNever: (part: unknown) => part === NEVER || isInstant(part),
} as const;
type PartType = keyof typeof FITS;
type PartValue<Type extends PartType> = Type extends "integer" | "number"
  ? number
  : Type extends "boolean"
    ? boolean
    : string;

// PostgreSQL knows no year 0, which ISO 8601 has.
function isInstant(part: unknown): boolean {
  if (typeof part !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(part)) return false;
  return part > "0001" && !Number.isNaN(Date.parse(part));
}

/** A cursor is the sort key of the last row of a page, so that the next page costs the same at any depth. */
const encodeCursor = (key: readonly KeyPart[]): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/** @throws ServiceError VALIDATION_ERROR for what is no cursor of a list with these key types. */
export function decodeCursor<const Types extends readonly PartType[]>(
  cursor: string,
  ...types: Types
): { [Index in keyof Types]: PartValue<Types[Index]> } {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    key = null;
  }
  const fits =
    Array.isArray(key) && key.length === types.length && types.every((type, index) => FITS[type](key[index]));
  if (!fits) {
    const details = [{ path: "cursor", message: "must be a cursor of an earlier page" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  return key as never;
}

/** Cuts the one row too many that a query asked for, and makes the cursor from the last that stays. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly KeyPart[],
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(toItem), nextCursor };
}
