import { auditLogs } from "@crm/db";
import { and, desc, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Administrator } from "../actor.ts";
import { escapeLike } from "../database-errors.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, toPage } from "../paging.ts";
import { requireAdmin } from "../users/require-admin.ts";
import { sealAuditLogs } from "./seal-audit-logs.ts";

export interface ListAuditLogsInput {
  action?: string | undefined;
  resource?: string | undefined;
  resourceId?: string | undefined;
  userId?: string | undefined;
  success?: boolean | undefined;
  /** Instants, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Part of anything an entry says, the user agent aside; case and diacritics do not count. */
  search?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface ListedAuditEntry {
  id: string;
  userId: string | null;
  username: string | null;
  action: string;
  resource: string;
  resourceId: string | null;
  oldValue: unknown;
  newValue: unknown;
  ipAddress: string | null;
  userAgent: string | null;
  success: boolean;
  errorMessage: string | null;
  createdAt: string;
}

/** The organization's audit log, newest first. @throws ServiceError FORBIDDEN */
export async function listAuditLogs(
  dependencies: Dependencies,
  actor: Administrator,
  input: ListAuditLogsInput,
): Promise<{ items: ListedAuditEntry[]; nextCursor: string | null }> {
  requireAdmin(actor);
  const { limit, cursor } = input;
  // The indexes know sealed rows only; so the newest ones are in the answer.
  if (cursor === undefined) await sealAuditLogs(dependencies, actor.organizationId);
  const rows = await dependencies.db
    .select({
      id: auditLogs.id,
      userId: auditLogs.userId,
      username: auditLogs.username,
      action: auditLogs.action,
      resource: auditLogs.resource,
      resourceId: auditLogs.resourceId,
      oldValue: auditLogs.oldValue,
      newValue: auditLogs.newValue,
      ipAddress: auditLogs.ipAddress,
      userAgent: auditLogs.userAgent,
      success: auditLogs.success,
      errorMessage: auditLogs.errorMessage,
      createdAt: auditLogs.createdAt,
    })
    .from(auditLogs)
    .where(
      and(
        eq(auditLogs.organizationId, actor.organizationId),
        isNotNull(auditLogs.sequence),
        ...filters(input),
        cursor === undefined ? undefined : olderThan(cursor),
      ),
    )
    .orderBy(desc(auditLogs.createdAt), desc(auditLogs.id))
    .limit(limit + 1);
  return toPage(
    rows,
    limit,
    (row) => [row.createdAt, row.id],
    (row) => row,
  );
}

function filters({ action, resource, resourceId, userId, success, from, to, search }: ListAuditLogsInput) {
  const conditions: SQL[] = [];
  if (action !== undefined) conditions.push(eq(auditLogs.action, action));
  if (resource !== undefined) conditions.push(eq(auditLogs.resource, resource));
  if (resourceId !== undefined) conditions.push(eq(auditLogs.resourceId, resourceId));
  if (userId !== undefined) conditions.push(eq(auditLogs.userId, userId));
  // Written as the index of failures has it.
  if (success !== undefined) conditions.push(success ? sql`${auditLogs.success}` : sql`NOT ${auditLogs.success}`);
  if (from !== undefined) conditions.push(sql`${auditLogs.createdAt} >= ${from}::timestamptz`);
  if (to !== undefined) conditions.push(sql`${auditLogs.createdAt} <= ${to}::timestamptz`);
  if (search !== undefined) {
    conditions.push(sql`${auditLogs.search} LIKE crm_fold(${`%${escapeLike(search.trim())}%`})`);
  }
  return conditions;
}

function olderThan(cursor: string): SQL {
  const [createdAt, id] = decodeCursor(cursor, "instant", "uuid");
  return sql`(${auditLogs.createdAt}, ${auditLogs.id}) < (${createdAt}::timestamptz, ${id}::uuid)`;
}
