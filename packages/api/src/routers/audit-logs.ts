import { auditEntry, auditVerification, listAuditLogsInput } from "@crm/schemas";
import { listAuditLogs, verifyAuditLogs } from "@crm/services";
import { noInput } from "../no-input.ts";
import { pageOutput } from "../page-output.ts";
import { adminProcedure } from "../procedures.ts";

const tags = ["Admin"];

export const auditLogsRouter = {
  list: adminProcedure
    .meta({
      scope: "admin",
      openapi: {
        method: "GET",
        path: "/api/admin/audit-logs",
        tags,
        summary: "Who did what, newest first",
        description: "With `Accept: text/csv` all entries that match are streamed as CSV, whatever `limit` says.",
      },
      otherTypes: ["text/csv"],
    })
    .input(listAuditLogsInput)
    .output(pageOutput(auditEntry))
    .query(({ ctx, input }) => listAuditLogs(ctx.dependencies, ctx.actor, input)),

  verify: adminProcedure
    .meta({
      scope: "admin",
      openapi: {
        method: "GET",
        path: "/api/admin/audit-logs/verify",
        tags,
        summary: "Whether the audit log is as it was written",
        description: "An edited or deleted entry and a cut end break its hash chain.",
      },
    })
    .input(noInput)
    .output(auditVerification)
    .query(({ ctx }) => verifyAuditLogs(ctx.dependencies, ctx.actor)),
};
