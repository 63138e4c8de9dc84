/** The one row that an insert returned. */
export async function insertOne<Row>(insert: PromiseLike<Row[]>): Promise<Row> {
  const [row] = await insert;
  if (row === undefined) throw new Error("the insert returned no row");
  return row;
}
