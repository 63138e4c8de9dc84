import { auditLogs } from "@crm/db";
import { sql } from "drizzle-orm";

/** The columns that a row's hash is made of. */
export const chainedColumns = {
  id: auditLogs.id,
  userId: auditLogs.userId,
  username: auditLogs.username,
  action: auditLogs.action,
  resource: auditLogs.resource,
  resourceId: auditLogs.resourceId,
  oldValue: sql<string | null>`${auditLogs.oldValue}::text`,
  newValue: sql<string | null>`${auditLogs.newValue}::text`,
  ipAddress: auditLogs.ipAddress,
  userAgent: auditLogs.userAgent,
  success: auditLogs.success,
  errorMessage: auditLogs.errorMessage,
  createdAt: auditLogs.createdAt,
};
