import { randomFillSync } from "node:crypto";
import { customType, uuid } from "drizzle-orm/pg-core";
import { v7 } from "uuid";

const ID_BYTES = 16;
// Random bytes cost by the call, not by the byte: thousands of ids are made in a sync.
const random = Buffer.alloc(256 * ID_BYTES);
let drawn = random.length;
let last = { milliseconds: 0, sequence: 0 };

/** A new id of ours: UUID version 7, so that rows written together lie together; those of one process rise. */
export function newId(): string {
  if (drawn === random.length) {
    randomFillSync(random);
    drawn = 0;
  }
  const bytes = random.subarray(drawn, drawn + ID_BYTES);
  drawn += ID_BYTES;
  const now = Date.now();
  last =
    now > last.milliseconds
      ? // Half of the range, so that a millisecond has room to count up in.
        { milliseconds: now, sequence: bytes.readUInt32BE(6) >>> 1 }
      : { ...last, sequence: last.sequence + 1 };
  return v7({ random: bytes, msecs: last.milliseconds, seq: last.sequence });
}

/** Where the fraction of a second begins and, of one in milliseconds, ends. */
const FRACTION = { start: 19, end: 23 };

/**
 * PostgreSQL's text for an instant (`2026-11-25 08:30:00.5+00`, in JSON with a `T` and `+00:00`) as ISO 8601 with
 * milliseconds and `Z`. Put together from its pieces: making dates of them costs more than the query that reads a page.
 */
export function toIsoInstant(text: string): string {
  const zone = text.indexOf("+", FRACTION.start);
  const isUsual = zone !== -1 && zone <= FRACTION.end && /^\+00(?::00)?$/.test(text.slice(zone));
  // Other zones and years of five digits.
  if (!isUsual) return new Date(text).toISOString();
  const fraction = zone === FRACTION.start ? ".000" : text.slice(FRACTION.start, zone).padEnd(4, "0");
  return `${text.slice(0, 10)}T${text.slice(11, FRACTION.start)}${fraction}Z`;
}

/** `timestamptz(3)`, read as ISO 8601 in UTC with milliseconds, which is how every output carries it. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  fromDriver: toIsoInstant,
});

/** `bytea`. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** A full-text document; only ever built and matched by PostgreSQL. */
export const searchDocument = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The tenant, first in every key (see ARCHITECTURE.md, "Tenancy"). */
export const organizationId = () => uuid().notNull();

export const id = () => uuid().notNull().$defaultFn(newId);
