import { createHash } from "node:crypto";

/** A row of the log as its hash sees it: all that an act wrote, values as PostgreSQL writes them out. */
export interface ChainedRow {
  id: string;
  userId: string | null;
  username: string | null;
  action: string;
  resource: string;
  resourceId: string | null;
  oldValue: string | null;
  newValue: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  success: boolean;
  errorMessage: string | null;
  createdAt: string;
}

/** What the first row of a chain is chained to. */
export const CHAIN_START = Buffer.alloc(32);

/** SHA-256 over the hash before, the row's place, and the row. JSON keeps neighbouring fields apart. */
export const chainHash = (before: Buffer, organizationId: string, sequence: number, row: ChainedRow): Buffer =>
  createHash("sha256")
    .update(before)
    .update(
      JSON.stringify([
        organizationId,
        sequence,
        row.id,
        row.userId,
        row.username,
        row.action,
        row.resource,
        row.resourceId,
        row.oldValue,
        row.newValue,
        row.ipAddress,
        row.userAgent,
        row.success,
        row.errorMessage,
        row.createdAt,
      ]),
    )
    .digest();
