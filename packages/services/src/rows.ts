import { type SQL, sql } from "drizzle-orm";

/**
 * Rows as one parameter, to be read in a FROM clause as `r`: however many there are, PostgreSQL sees the same
 * statement, and nothing counts against its limit of parameters.
 *
 * @param columns a column definition list, e.g. `id uuid, received_at timestamptz`; keys of the rows are named alike
 */
export const rowsAs = (rows: readonly object[], columns: string): SQL =>
  sql`json_to_recordset(${JSON.stringify(rows)}::json) AS r(${sql.raw(columns)})`;
