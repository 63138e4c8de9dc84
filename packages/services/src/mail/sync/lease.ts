import { type Database, mailSyncs, type Transaction } from "@crm/db";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { ServiceError } from "../../errors.ts";
import { inTurn } from "../in-turn.ts";

/** How long a lease lasts without renewal; a dead holder is taken over after that. */
export const LEASE_MILLISECONDS = 10_000;
const LEASE = `${LEASE_MILLISECONDS} milliseconds`;
const RENEW_MILLISECONDS = 2_500;

export type SyncRow = typeof mailSyncs.$inferSelect;

export interface AccountKey {
  organizationId: string;
  mailAccountId: string;
}

/** An account's mirror, with the user whose contacts decide what is in it. */
export interface MirrorKey extends AccountKey {
  userId: string;
}

/** The lease was lost to another process: whatever is unwritten must stay unwritten. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

export const ofAccount = ({ organizationId, mailAccountId }: AccountKey) =>
  and(eq(mailSyncs.organizationId, organizationId), eq(mailSyncs.mailAccountId, mailAccountId));

/** The right to write an account's mirror. One process holds it at a time; it is checked in every transaction. */
export class SyncLease {
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly db: Database,
    readonly mirror: MirrorKey,
    readonly holder: string,
  ) {
    // A failed renewal needs no answer here: the next transaction finds the lease gone.
    this.#timer = setInterval(() => void this.#renew(db).catch(() => {}), RENEW_MILLISECONDS);
    this.#timer.unref();
  }

  /** Null when somebody else holds it. */
  static async take(db: Database, mirror: MirrorKey, holder: string): Promise<SyncLease | null> {
    const isFree = or(isNull(mailSyncs.leaseHolder), lt(mailSyncs.leaseUntil, sql`now()`));
    // It waits for a change of contacts that is under way, which may take long.
    const [taken] = await inTurn(db, mirror.mailAccountId, () =>
      db
        .update(mailSyncs)
        .set({ leaseHolder: holder, leaseUntil: sql`now() + ${LEASE}::interval` })
        .where(and(ofAccount(mirror), isFree))
        .returning({ id: mailSyncs.mailAccountId }),
    );
    return taken ? new SyncLease(db, mirror, holder) : null;
  }

  /**
   * Runs `write` in a transaction that commits only if the lease is still ours. The row lock it takes also keeps
   * changes of contacts (which take it too, `lockMirror`) from running beside a write to the mirror.
   */
  transaction<Result>(write: (tx: Transaction, sync: SyncRow) => Promise<Result>): Promise<Result> {
    return this.db.transaction(async (tx) => write(tx, await this.#renew(tx)));
  }

  /** The sync's row as it stands. @throws LeaseLostError */
  read(): Promise<SyncRow> {
    return this.#renew(this.db);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.db
      .update(mailSyncs)
      .set({ leaseHolder: null, leaseUntil: null })
      .where(and(ofAccount(this.mirror), eq(mailSyncs.leaseHolder, this.holder)));
  }

  async #renew(db: Database | Transaction): Promise<SyncRow> {
    const [sync] = await db
      .update(mailSyncs)
      .set({ leaseUntil: sql`now() + ${LEASE}::interval` })
      .where(and(ofAccount(this.mirror), eq(mailSyncs.leaseHolder, this.holder)))
      .returning()
      .prepare("renew_lease")
      .execute();
    if (!sync) throw new LeaseLostError("the sync was taken over by another process");
    return sync;
  }
}

/**
 * Keeps the sync from writing while the mirror changes by another hand; taken before anything else of it is read.
 * @throws ServiceError MAILBOX_NOT_LINKED when the account was unlinked since it was looked up
 */
export async function lockMirror(tx: Transaction, account: AccountKey): Promise<SyncRow> {
  const sync = await lockMirrorIfLinked(tx, account);
  if (!sync) throw new ServiceError("MAILBOX_NOT_LINKED");
  return sync;
}

/** The same where an account that is gone is no failure: null then. */
export async function lockMirrorIfLinked(tx: Transaction, account: AccountKey): Promise<SyncRow | null> {
  const [sync] = await tx.select().from(mailSyncs).where(ofAccount(account)).for("update");
  return sync ?? null;
}
