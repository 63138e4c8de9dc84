import { type Database, idempotencyKeys } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";

/** A run that has not renewed its lease for so long is taken for dead. */
export const LEASE_SECONDS = 60;

/** How long an answer is kept. */
const KEPT_HOURS = 24;

export interface KeyOwner {
  organizationId: string;
  userId: string;
  key: string;
}

/** Holding a key: `runningUntil` tells this run from a later one that took it for dead. */
export interface Lease extends KeyOwner {
  runningUntil: string;
}

const leaseEnd = sql`now() + ${`${LEASE_SECONDS} seconds`}::interval`;

const ofOwner = ({ organizationId, userId, key }: KeyOwner) =>
  and(
    eq(idempotencyKeys.organizationId, organizationId),
    eq(idempotencyKeys.userId, userId),
    eq(idempotencyKeys.key, key),
  );

const stillMine = (lease: Lease) =>
  and(ofOwner(lease), isNull(idempotencyKeys.responseEncrypted), eq(idempotencyKeys.runningUntil, lease.runningUntil));

/** Takes a key that nobody has, whose day is over, or whose run with the same request died. Null: somebody has it. */
export async function claimKey(db: Database, owner: KeyOwner, hash: Buffer): Promise<Lease | null> {
  const { organizationId, userId, key } = owner;
  const claim = {
    requestHash: hash,
    responseEncrypted: null,
    runningUntil: leaseEnd,
    expiresAt: sql`now() + ${`${KEPT_HOURS} hours`}::interval`,
  };
  const isOver = sql`${idempotencyKeys.expiresAt} < now()`;
  const isDead = sql`${idempotencyKeys.responseEncrypted} IS NULL AND ${idempotencyKeys.runningUntil} < now()`;
  const [claimed] = await db
    .insert(idempotencyKeys)
    .values({ organizationId, userId, key, ...claim })
    .onConflictDoUpdate({
      target: [idempotencyKeys.organizationId, idempotencyKeys.userId, idempotencyKeys.key],
      set: claim,
      setWhere: sql`(${isOver}) OR (${isDead} AND ${idempotencyKeys.requestHash} = excluded.request_hash)`,
    })
    .returning({ runningUntil: idempotencyKeys.runningUntil });
  return claimed ? { organizationId, userId, key, ...claimed } : null;
}

/** What a key was used for and, once that has finished, how it was answered. */
export async function readKey(
  db: Database,
  owner: KeyOwner,
): Promise<{ requestHash: Buffer; responseEncrypted: string | null } | null> {
  const [row] = await db
    .select({ requestHash: idempotencyKeys.requestHash, responseEncrypted: idempotencyKeys.responseEncrypted })
    .from(idempotencyKeys)
    .where(ofOwner(owner));
  return row ?? null;
}

/** Says that the run still lives. Null when another run has taken the key meanwhile. */
export async function renewLease(db: Database, lease: Lease): Promise<Lease | null> {
  const [renewed] = await db
    .update(idempotencyKeys)
    .set({ runningUntil: leaseEnd })
    .where(stillMine(lease))
    .returning({ runningUntil: idempotencyKeys.runningUntil });
  return renewed ? { ...lease, ...renewed } : null;
}

/** Keeps the answer, unless another run has taken the key meanwhile. */
export async function keepAnswer(db: Database, lease: Lease, responseEncrypted: string): Promise<void> {
  await db.update(idempotencyKeys).set({ responseEncrypted }).where(stillMine(lease));
}

/** Gives the key back, so that the request may be tried again. */
export async function releaseKey(db: Database, lease: Lease): Promise<void> {
  await db.delete(idempotencyKeys).where(stillMine(lease));
}
