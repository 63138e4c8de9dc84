import { auditLogs, type Transaction } from "@crm/db";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { requireAdmin } from "../users/require-admin.ts";
import { CHAIN_START, chainHash } from "./chain-hash.ts";
import { isProven, readHead } from "./chain-head.ts";
import { chainedColumns } from "./chained-columns.ts";
import { sealAuditLogs } from "./seal-audit-logs.ts";

/** Rows that are in memory at a time. */
const BATCH = 1_000;

export interface AuditVerification {
  ok: boolean;
  /** Rows that were found in order. */
  checked: number;
  /** The first row that is not as it was written, or follows on one that is gone; where the end is gone, the last one of it. */
  firstBrokenId: string | null;
}

/**
 * Walks the organization's whole log and tells whether every row is as it was written. Each row is chained to the one
 * before, so an edit or a deletion shows; the head, which no one without an encryption key can make, shows a cut tail.
 * Against somebody who puts an old log and its own old head back, only a copy elsewhere helps: the head is logged.
 * @throws ServiceError FORBIDDEN
 */
export async function verifyAuditLogs(dependencies: Dependencies, actor: Administrator): Promise<AuditVerification> {
  requireAdmin(actor);
  const { organizationId } = actor;
  await sealAuditLogs(dependencies, organizationId);
  const verification = await dependencies.db.transaction((tx) => walk(dependencies, tx, organizationId), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
  const { head, ...answer } = verification;
  const fields = { organizationId, ...answer, sequence: head?.sequence, hash: head?.hash.toString("hex") };
  if (answer.ok) dependencies.logger.info(fields, "the audit log was verified");
  else dependencies.logger.error(fields, "the audit log is not as it was written");
  return answer;
}

async function walk({ secrets }: Dependencies, tx: Transaction, organizationId: string) {
  const head = await readHead(tx, organizationId);
  let sequence = 0;
  let hash: Buffer = CHAIN_START;
  let lastId: string | null = null;
  for (;;) {
    const rows = await tx
      .select({ ...chainedColumns, sequence: sql<number>`${auditLogs.sequence}`.mapWith(Number), hash: auditLogs.hash })
      .from(auditLogs)
      .where(and(eq(auditLogs.organizationId, organizationId), gt(auditLogs.sequence, sequence)))
      .orderBy(asc(auditLogs.sequence))
      .limit(BATCH);
    for (const row of rows) {
      const expected = chainHash(hash, organizationId, sequence + 1, row);
      if (row.sequence !== sequence + 1 || !row.hash?.equals(expected)) {
        return { head, ok: false, checked: sequence, firstBrokenId: row.id };
      }
      sequence++;
      hash = expected;
      lastId = row.id;
    }
    if (rows.length < BATCH) break;
  }
  const isEmpty = head === null && sequence === 0;
  const endsWell =
    head?.sequence === sequence && head.hash.equals(hash) && isProven(secrets, organizationId, head, head.proof);
  if (isEmpty || endsWell) return { head, ok: true, checked: sequence, firstBrokenId: null };
  return { head, ok: false, checked: sequence, firstBrokenId: head?.lastId ?? lastId };
}
