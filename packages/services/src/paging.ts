import { ServiceError } from "./errors.ts";

/** A cursor is the sort key of the last row of a page, so that the next page costs the same at any depth. */
export const encodeCursor = (key: readonly (string | number | boolean | null)[]): string =>
  Buffer.from(JSON.stringify(key)).toString("base64url");

/** @throws ServiceError VALIDATION_ERROR for what is no cursor of a list with these key types. */
export function decodeCursor<Key extends readonly ("string" | "number" | "boolean")[]>(
  cursor: string,
  ...types: Key
): { [Index in keyof Key]: Key[Index] extends "string" ? string : Key[Index] extends "number" ? number : boolean } {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    key = null;
  }
  const fits = Array.isArray(key) && key.length === types.length && types.every((type, index) => typeof key[index] === type);
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
  keyOf: (row: Row) => readonly (string | number | boolean | null)[],
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(toItem), nextCursor };
}
