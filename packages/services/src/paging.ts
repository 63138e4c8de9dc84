import { ServiceError } from "./errors.ts";

/** A piece of a list, and where the next one begins; null at the end. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A page whose items are JSON already, for whoever only passes them on. For everybody else they are parsed. */
export class WrittenPage<Item> implements Page<Item> {
  constructor(
    /** In UTF-8, with commas between the items and no brackets around them. */
    readonly itemsJson: Uint8Array,
    readonly nextCursor: string | null,
  ) {}

  get items(): Item[] {
    return parse(this.itemsJson);
  }

  toJSON(): Page<Item> {
    return { items: this.items, nextCursor: this.nextCursor };
  }
}

const parse = <Item>(items: Uint8Array): Item[] => JSON.parse(`[${Buffer.from(items).toString()}]`);

type KeyPart = string | number | boolean | null;

/** Where what has no date yet is sorted. */
export const NEVER = "-infinity";

const FITS = {
  string: (part: unknown) => typeof part === "string" && !part.includes("\u0000"),
  // As wide as the columns that lists are sorted by.
  integer: (part: unknown) => typeof part === "number" && (part | 0) === part,
  boolean: (part: unknown) => typeof part === "boolean",
  uuid: (part: unknown) => typeof part === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  instant: isInstant,
  instantOrNever: (part: unknown) => part === NEVER || isInstant(part),
} as const;
type PartType = keyof typeof FITS;
type PartValue<Type extends PartType> = Type extends "integer" ? number : Type extends "boolean" ? boolean : string;

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
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(toItem), nextCursor };
}

/** What parts the items of a written page. Within an item no line ends: JSON writes those of its texts as `\n`. */
export const BETWEEN_ITEMS = ",\n";

/**
 * The same of items that are JSON already. None of them is parsed but the last that stays.
 * @param items in UTF-8 and with BETWEEN_ITEMS between them; one more than the page has if there are more
 */
export function toWrittenPage<Item>(
  items: Buffer,
  hasMore: boolean,
  keyOf: (item: Item) => readonly KeyPart[],
): WrittenPage<Item> {
  if (!hasMore) return new WrittenPage(items, null);
  const shown = items.subarray(0, items.lastIndexOf(BETWEEN_ITEMS));
  const before = shown.lastIndexOf(BETWEEN_ITEMS);
  const [last] = parse<Item>(before === -1 ? shown : shown.subarray(before + BETWEEN_ITEMS.length));
  return new WrittenPage(shown, last === undefined ? null : encodeCursor(keyOf(last)));
}
