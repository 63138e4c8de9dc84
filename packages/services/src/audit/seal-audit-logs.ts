import { auditChains, auditLogs, type Transaction } from "@crm/db";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";
import { rowsAs } from "../rows.ts";
import { chainHash } from "./chain-hash.ts";
import { type ChainHead, isProven, proveHead, readHead, readTail } from "./chain-head.ts";
import { chainedColumns } from "./chained-columns.ts";

/** Rows a transaction, so that none of them holds the chain for long. */
const BATCH = 500;

type Sealing = Pick<Dependencies, "db" | "secrets" | "logger">;

/**
 * Gives an organization's new audit rows their place and hash in its chain, and what a search looks through. An act
 * only inserts its row, in its own transaction; were it to take its place in the chain there, all acts of an
 * organization would have to wait for one another's commit. Sealing follows within moments (`AuditSealer`, the worker,
 * and whoever reads the log); until then a deleted row would not be missed. Any number of processes may call it.
 *
 * @returns how many rows were sealed
 */
export async function sealAuditLogs(dependencies: Sealing, organizationId: string): Promise<number> {
  const [pending] = await dependencies.db
    .select({ id: auditLogs.id })
    .from(auditLogs)
    .where(and(eq(auditLogs.organizationId, organizationId), isNull(auditLogs.sequence)))
    .limit(1);
  return pending ? sealPending(dependencies, organizationId) : 0;
}

/** Seals every organization's new rows. @returns how many rows */
export async function sealAllAuditLogs(
  dependencies: Sealing,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const { rows } = await dependencies.db.execute<{ organization_id: string }>(
    sql`SELECT DISTINCT organization_id FROM audit_logs WHERE sequence IS NULL`,
  );
  let sealed = 0;
  for (const { organization_id } of rows) {
    if (signal?.aborted) break;
    sealed += await sealPending(dependencies, organization_id);
  }
  return sealed;
}

/** What was there when it was called, that is, until a batch is not full: more comes all the time. */
async function sealPending(dependencies: Sealing, organizationId: string): Promise<number> {
  for (let sealed = 0; ; ) {
    const batch = await dependencies.db.transaction((tx) => sealBatch(dependencies, tx, organizationId));
    sealed += batch;
    if (batch < BATCH) return sealed;
  }
}

async function sealBatch(dependencies: Sealing, tx: Transaction, organizationId: string): Promise<number> {
  // Rows and head stand or fall together: a crash that loses both only has them sealed again.
  await tx.execute(sql`SET LOCAL synchronous_commit = off`);
  const { head, isIntact } = await lockHead(dependencies, tx, organizationId);
  const rows = await tx
    .select(chainedColumns)
    .from(auditLogs)
    .where(and(eq(auditLogs.organizationId, organizationId), isNull(auditLogs.sequence)))
    .orderBy(asc(auditLogs.createdAt), asc(auditLogs.id))
    .limit(BATCH);
  let { sequence, lastId, hash } = head;
  const places = rows.map((row) => {
    hash = chainHash(hash, organizationId, ++sequence, row);
    lastId = row.id;
    return { id: row.id, sequence, hash: hash.toString("hex") };
  });
  if (places.length === 0) return 0;
  await tx.execute(sql`
    UPDATE audit_logs AS l
    SET sequence = r.sequence, hash = decode(r.hash, 'hex'),
        search = left(crm_fold(concat_ws(' ', l.username, l.action, l.resource, l.resource_id, l.ip_address,
          l.error_message, l.old_value::text, l.new_value::text)), 4000)
    FROM ${rowsAs(places, "id uuid, sequence bigint, hash text")}
    WHERE l.organization_id = ${organizationId} AND l.id = r.id`);
  const next = { sequence, lastId, hash };
  // A chain that somebody has broken goes on, but is never proven again: nothing that follows may hide the break.
  const proof = isIntact ? proveHead(dependencies.secrets, organizationId, next) : null;
  await tx
    .update(auditChains)
    .set({ ...next, proof })
    .where(eq(auditChains.organizationId, organizationId));
  return places.length;
}

/** Makes sealing wait its turn, and tells whether the chain ends where it should. */
async function lockHead(
  { secrets, logger }: Sealing,
  tx: Transaction,
  organizationId: string,
): Promise<{ head: ChainHead; isIntact: boolean }> {
  const lock = () => readHead(tx, organizationId, { forUpdate: true });
  let head = await lock();
  if (!head) {
    await tx.insert(auditChains).values({ organizationId }).onConflictDoNothing();
    head = await lock();
  }
  const tail = await readTail(tx, organizationId);
  if (!head) throw new Error("the head of an audit chain was not inserted");
  const isNew = head.sequence === 0 && tail.sequence === 0 && head.proof === null;
  const isIntact = isNew || (head.sequence === tail.sequence && isProven(secrets, organizationId, head, head.proof));
  if (isIntact) return { head, isIntact };
  // Said once: from then on the head has no proof.
  if (head.proof !== null || head.sequence === 0) {
    logger.error({ organizationId, sequence: head.sequence }, "the audit log does not end where its chain does");
  }
  return { head: tail.sequence > head.sequence ? tail : head, isIntact };
}
