import { pipeline } from "node:stream/promises";
import { getTableColumns, getTableName, type InferInsertModel } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Transaction } from "./connect.ts";
import { type CopiedColumn, CopyWriter } from "./copy-writer.ts";
import { driverOf } from "./driver-of.ts";

/** Octets that are sent on: PostgreSQL stores them while the next are written. */
const CHUNK = 128 * 1024;

/**
 * Writes many rows with COPY in PostgreSQL's binary format: it takes them one at a time off the wire, where an INSERT
 * holds all of them several times over before the first is written; a quarter of the work for rows as wide as messages.
 * COPY knows no ON CONFLICT: whoever calls has to know, under a lock, that the rows are not there yet.
 *
 * @param shared the values of columns that are the same in each row
 * @param rows all with the keys of the first one; columns without a key get PostgreSQL's defaults, not Drizzle's (`$defaultFn`: ids)
 * @throws what PostgreSQL says of a row it refuses, as a `DatabaseError` with a SQLSTATE; none is written then
 */
export async function copyInto<Table extends PgTable, Shared extends Partial<InferInsertModel<Table>>>(
  tx: Transaction,
  table: Table,
  shared: Shared,
  rows: readonly (Omit<InferInsertModel<Table>, keyof Shared> & Partial<InferInsertModel<Table>>)[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const sharedColumns = columnsOf(table, shared);
  const columns = columnsOf(table, first);
  const names = [...sharedColumns, ...columns].map(({ name }) => `"${name}"`).join(", ");
  const copy = `COPY "${getTableName(table)}" (${names}) FROM STDIN (FORMAT binary)`;
  const writer = new CopyWriter({ columns: sharedColumns, values: shared }, columns);
  await pipeline(toChunks(writer, rows), clientOf(tx).query(copyFrom(copy)));
}

/** The columns that the keys of a row stand for. */
function columnsOf(table: PgTable, row: object): (CopiedColumn & { name: string })[] {
  const all: Record<string, AnyPgColumn> = getTableColumns(table);
  return Object.keys(row).map((key) => {
    const column = all[key];
    if (!column) throw new TypeError(`${getTableName(table)} has no column ${key}`);
    return { key, name: toSnakeCase(key), type: column.getSQLType() };
  });
}

function* toChunks(writer: CopyWriter, rows: readonly object[]) {
  for (const row of rows) {
    writer.row(row as Record<string, unknown>);
    if (writer.size >= CHUNK) yield writer.take();
  }
  writer.end();
  yield writer.take();
}

/** Drizzle has no COPY. */
function clientOf(tx: Transaction): PoolClient {
  const client = driverOf(tx);
  if (!("release" in client)) throw new TypeError("COPY needs a transaction");
  return client;
}
