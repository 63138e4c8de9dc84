import { auditChains, auditLogs, type Transaction } from "@crm/db";
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { SecretBox } from "../crypto/secret-box.ts";
import { CHAIN_START } from "./chain-hash.ts";

/** Where a chain ends. */
export interface ChainHead {
  sequence: number;
  lastId: string | null;
  hash: Buffer;
}

const context = (organizationId: string) => ["audit_chains.proof", organizationId] as const;
const statement = ({ sequence, lastId, hash }: ChainHead) => JSON.stringify([sequence, lastId, hash.toString("hex")]);

/** The head under an encryption key: who can write to the database, but has no key, cannot make another one. */
export const proveHead = (secrets: SecretBox, organizationId: string, head: ChainHead): string =>
  secrets.encrypt(statement(head), context(organizationId));

export function isProven(secrets: SecretBox, organizationId: string, head: ChainHead, proof: string | null): boolean {
  try {
    return proof !== null && secrets.decrypt(proof, context(organizationId)) === statement(head);
  } catch {
    return false;
  }
}

/** The head as it is stored; null before the first sealing, or when somebody removed it. */
export async function readHead(
  tx: Transaction,
  organizationId: string,
  { forUpdate = false } = {},
): Promise<(ChainHead & { proof: string | null }) | null> {
  const query = tx.select().from(auditChains).where(eq(auditChains.organizationId, organizationId));
  const [row] = await (forUpdate ? query.for("update") : query);
  return row ? { sequence: row.sequence, lastId: row.lastId, hash: row.hash ?? CHAIN_START, proof: row.proof } : null;
}

/** The last row of the log itself, which the head should agree with. */
export async function readTail(tx: Transaction, organizationId: string): Promise<ChainHead> {
  const [row] = await tx
    .select({ sequence: auditLogs.sequence, lastId: auditLogs.id, hash: auditLogs.hash })
    .from(auditLogs)
    .where(and(eq(auditLogs.organizationId, organizationId), isNotNull(auditLogs.sequence)))
    .orderBy(desc(auditLogs.sequence))
    .limit(1);
  return { sequence: row?.sequence ?? 0, lastId: row?.lastId ?? null, hash: row?.hash ?? CHAIN_START };
}
