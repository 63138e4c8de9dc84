import { pipeline } from "node:stream/promises";
import { getTableColumns, getTableName, type InferInsertModel } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { type AnyPgColumn, PgArray, type PgTable } from "drizzle-orm/pg-core";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Transaction } from "./connect.ts";
import { driverOf } from "./driver-of.ts";

/**
 * Writes many rows with COPY: PostgreSQL takes them one at a time off the wire, where an INSERT holds all of them
 * several times over before the first is written; a third of the work for rows as wide as messages.
 * COPY knows no ON CONFLICT: whoever calls has to know, under a lock, that the rows are not there yet.
 *
 * @param rows all with the keys of the first one; columns without a key get PostgreSQL's defaults, not Drizzle's (`$defaultFn`: ids)
 * @throws what PostgreSQL says of a row it refuses, as a `DatabaseError` with a SQLSTATE; none is written then
 */
export async function copyInto<Table extends PgTable>(
  tx: Transaction,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const all: Record<string, AnyPgColumn> = getTableColumns(table);
  const columns = Object.keys(first).map((key) => {
    const column = all[key];
    if (!column) throw new TypeError(`${getTableName(table)} has no column ${key}`);
    return { key, name: toSnakeCase(key), write: writerOf(column) };
  });
  const names = columns.map(({ name }) => `"${name}"`).join(", ");
  const lines = (rows as readonly Record<string, unknown>[]).map((row) => {
    const values = columns.map(({ key, write }) => {
      const value = row[key];
      return value === null || value === undefined ? "\\N" : write(value);
    });
    return `${values.join("\t")}\n`;
  });
  const copying = clientOf(tx).query(copyFrom(`COPY "${getTableName(table)}" (${names}) FROM STDIN`));
  await pipeline([encoded(lines)], copying);
}

/** Octets of UTF-16 code units at most, in UTF-8. */
const OCTETS_PER_UNIT = 3;

/** Line by line: one string of all of them takes five times as long to encode. */
function encoded(lines: readonly string[]): Buffer {
  const octets = Buffer.allocUnsafe(OCTETS_PER_UNIT * lines.reduce((units, line) => units + line.length, 0));
  let end = 0;
  for (const line of lines) end += octets.write(line, end);
  return octets.subarray(0, end);
}

/** Drizzle has no COPY. */
function clientOf(tx: Transaction): PoolClient {
  const client = driverOf(tx);
  if (!("release" in client)) throw new TypeError("COPY needs a transaction");
  return client;
}

type Writer = (value: unknown) => string;

function writerOf(column: AnyPgColumn): Writer {
  if (column instanceof PgArray) return (value) => escaped(arrayLiteral(value as readonly unknown[]));
  if (column.getSQLType().startsWith("json")) return (value) => escaped(JSON.stringify(value));
  return (value) => (typeof value === "string" ? escaped(value) : String(value));
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A value in COPY's text format (PostgreSQL, COPY, "Text Format"). */
const escaped = (text: string): string => text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);

const arrayLiteral = (values: readonly unknown[]): string =>
  `{${values.map((value) => `"${String(value).replace(/[\\"]/g, "\\$&")}"`).join(",")}}`;
