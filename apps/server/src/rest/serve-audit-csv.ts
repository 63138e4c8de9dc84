import { restProcedures } from "@crm/api";
import { listAuditLogsInput } from "@crm/schemas";
import {
  type Actor,
  csvLine,
  type Dependencies,
  type ListAuditLogsInput,
  type ListedAuditEntry,
  listAuditLogs,
} from "@crm/services";
import { type ApiContextOptions, createApiContext } from "../http/api-context.ts";
import type { AppMiddleware } from "../http/app-env.ts";
import { readInput } from "./read-input.ts";
import { streamText } from "./stream-text.ts";

/** Entries that are in memory at a time. */
const BATCH = 1_000;

const COLUMNS = [
  "createdAt",
  "userId",
  "username",
  "action",
  "resource",
  "resourceId",
  "success",
  "errorMessage",
  "oldValue",
  "newValue",
  "ipAddress",
  "userAgent",
  "id",
] as const satisfies readonly (keyof ListedAuditEntry)[];

interface Page {
  items: ListedAuditEntry[];
  nextCursor: string | null;
}

/** The audit log for a spreadsheet, where `Accept` names CSV: all entries that match, streamed page by page. */
export function serveAuditCsv(options: ApiContextOptions): AppMiddleware {
  const list = restProcedures.find(({ name }) => name === "admin.auditLogs.list");
  if (!list) throw new Error("the audit log has no list");
  return async (c, next) => {
    c.header("Vary", "Accept", { append: true });
    if (c.req.method !== "GET" || !/(?:^|[\s,])text\/csv(?:[\s;,]|$)/i.test(c.req.header("accept") ?? ""))
      return next();
    const context = await createApiContext(c, options, { signedIn: true });
    const query = context.actor ? await readInput(c, list, [], []) : undefined;
    // The first page comes from the procedure itself, and with it every check that it makes.
    const first = (await list.call(context, query, undefined)) as Page;
    const { actor, dependencies } = context;
    if (!actor) throw new Error("the list was given to nobody");
    const input = { ...listAuditLogsInput.parse(query), limit: BATCH };
    c.header("Content-Type", "text/csv; charset=utf-8");
    c.header("Content-Disposition", 'attachment; filename="audit-logs.csv"');
    return c.body(streamText(lines(dependencies, actor, input, first)));
  };
}

async function* lines(
  dependencies: Dependencies,
  actor: Actor,
  input: ListAuditLogsInput,
  first: Page,
): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for (let page = first; ; ) {
    yield page.items.map((entry) => csvLine(COLUMNS.map((column) => textOf(entry[column])))).join("");
    if (page.nextCursor === null) return;
    page = await listAuditLogs(dependencies, actor, { ...input, cursor: page.nextCursor });
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
