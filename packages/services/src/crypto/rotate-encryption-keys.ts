import { type SQL, sql } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";
import { SEALED_COLUMNS, type SealContext } from "./sealed-columns.ts";

/** Rows that are read at a time; each is written by itself, so that none waits for another. */
const BATCH = 200;

type Rotating = Pick<Dependencies, "db" | "secrets" | "logger">;
type ColumnName = SealContext[0];

/** How many values were encrypted anew, and how many could not be, by the column's name. */
export interface KeyRotation {
  rotated: Record<string, number>;
  stuck: Record<string, number>;
}

/**
 * Encrypts under the current key whatever is stored under another one, so that the other can be dropped: mail
 * passwords, second factors, kept answers, and the proofs of the audit log's ends. It goes on beside everything else
 * and in any number of processes: a value that somebody changes meanwhile stays as they left it.
 */
export async function rotateEncryptionKeys(
  dependencies: Rotating,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<KeyRotation> {
  const { secrets, logger } = dependencies;
  const rotation: KeyRotation = { rotated: {}, stuck: {} };
  for (const name of Object.keys(SEALED_COLUMNS) as ColumnName[])
    await rotateColumn(dependencies, name, rotation, signal);
  const { rotated, stuck } = rotation;
  const keyId = secrets.currentKeyId;
  if (Object.keys(rotated).length > 0) logger.info({ keyId, rotated }, "secrets were encrypted under the current key");
  if (Object.keys(stuck).length > 0) {
    const meaning = "secrets at rest do not decrypt: a key is missing in ENCRYPTION_KEYS, or they were changed";
    logger.error({ keyId, stuck }, meaning);
  } else if (secrets.otherKeyIds.length > 0 && !signal?.aborted) {
    logger.info({ keyId, unused: secrets.otherKeyIds }, "no secret is left under these encryption keys");
  }
  return rotation;
}

async function rotateColumn(
  dependencies: Rotating,
  name: ColumnName,
  { rotated, stuck }: KeyRotation,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { secrets } = dependencies;
  let after: readonly string[] | null = null;
  for (;;) {
    const batch: readonly Sealed[] = await readBatch(dependencies, name, after);
    for (const { boundTo, value } of batch) {
      if (signal?.aborted) return;
      const fresh = orNull(() => secrets.reencrypt(value, [name, ...boundTo]));
      if (fresh === null) stuck[name] = (stuck[name] ?? 0) + 1;
      else if (await replace(dependencies, name, { boundTo, value }, fresh)) rotated[name] = (rotated[name] ?? 0) + 1;
    }
    if (batch.length < BATCH) return;
    after = batch.at(-1)?.boundTo ?? null;
  }
}

/** A value as it is stored, and what says whose it is. */
interface Sealed {
  boundTo: readonly string[];
  value: string;
}

/** Values under another key than the current one, in the order of what they are bound to. */
async function readBatch(
  { db, secrets }: Rotating,
  name: ColumnName,
  after: readonly string[] | null,
): Promise<Sealed[]> {
  const { from, value, bound } = namesOf(name);
  const { rows } = await db.execute<{ value: string; bound: string[] }>(sql`
    SELECT ${value} AS value, ARRAY[${separate(bound.map((field) => sql`${field}::text`))}] AS bound FROM ${from}
    WHERE split_part(${value}, ':', 1) <> ${secrets.currentKeyId}
      ${after === null ? sql`` : sql`AND (${separate(bound)}) > (${separate(after)})`}
    ORDER BY ${separate(bound)} LIMIT ${BATCH}`);
  return rows.map((row) => ({ boundTo: row.bound, value: row.value }));
}

/** False when somebody has changed or removed the value meanwhile. */
async function replace({ db }: Rotating, name: ColumnName, sealed: Sealed, fresh: string): Promise<boolean> {
  const { from, value, bound } = namesOf(name);
  const { rowCount } = await db.execute(sql`
    UPDATE ${from} SET ${value} = ${fresh}
    WHERE (${separate(bound)}) = (${separate(sealed.boundTo)}) AND ${value} = ${sealed.value}`);
  return rowCount === 1;
}

function namesOf(name: ColumnName) {
  const { table, column, boundTo } = SEALED_COLUMNS[name];
  const bound = boundTo.map((field) => sql.identifier(field));
  return { from: sql.identifier(table), value: sql.identifier(column), bound };
}

/** Names, or values as parameters, with commas between them. */
const separate = (parts: readonly unknown[]): SQL =>
  sql.join(
    parts.map((part) => sql`${part}`),
    sql`, `,
  );

function orNull<Value>(attempt: () => Value): Value | null {
  try {
    return attempt();
  } catch {
    return null;
  }
}
