import { listAuditLogsInput } from "@crm/schemas";
import { z } from "zod";
import type { AuditFilter } from "../program/audit.ts";
import type { InOrganization } from "../program/in-organization.ts";
import type { Answer } from "./answer.ts";
import { checkArguments } from "./arguments.ts";
import { asOperator } from "./as-operator.ts";
import { table } from "./table.ts";

const PAGE = 100;
/** Beyond that many, the CSV of the API is the better way. */
const MOST = 1_000_000;
const HEADINGS = ["WHEN", "WHO", "WHAT", "RESOURCE", "OUTCOME"];

const typedFilter = z.object({
  limit: z.coerce.number({ error: "must be a number" }).int("must be a whole number").min(1).max(MOST),
  since: z
    .string()
    .refine((value) => !Number.isNaN(Date.parse(value)), "must be a date or an instant like 2026-01-31T12:00:00Z")
    .transform((value) => new Date(value).toISOString())
    .optional(),
});

/** `crm audit list` */
export async function showAuditLogs(typed: AuditFilter): Promise<Answer> {
  const { limit, since } = checkArguments(typedFilter, { limit: typed.limit, since: typed.since });
  const { action, search } = typed;
  const filter = checkArguments(listAuditLogsInput, {
    ...{ action, search, from: since },
    ...(typed.failed && { success: false }),
  });
  return asOperator(typed, async ({ api, find }) => {
    const userId = typed.user === undefined ? undefined : (await find(typed.user)).id;
    const data: Awaited<ReturnType<typeof api.admin.auditLogs.list>>["items"] = [];
    let cursor: string | undefined;
    do {
      const page = await api.admin.auditLogs.list({
        ...filter,
        userId,
        cursor,
        limit: Math.min(PAGE, limit - data.length),
      });
      data.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && data.length < limit);
    const rows = data.map((entry) => [
      entry.createdAt,
      entry.username ?? "",
      entry.action,
      [entry.resource, entry.resourceId].filter(Boolean).join(" "),
      entry.success ? "done" : `failed: ${entry.errorMessage ?? ""}`,
    ]);
    return { text: table(HEADINGS, rows), data };
  });
}

/** `crm audit verify` */
export const verifyAudit = (options: InOrganization): Promise<Answer> =>
  asOperator(options, async ({ api }) => {
    const data = await api.admin.auditLogs.verify();
    const text = data.ok
      ? `The audit log is as it was written: ${data.checked} entries.`
      : `The audit log is NOT as it was written: after ${data.checked} entries in order, ${data.firstBrokenId} is not, or follows on one that is gone.`;
    return { text, data, failed: !data.ok };
  });
