import type { Command } from "commander";
import { examples } from "./examples.ts";
import { type InOrganization, inOrganization } from "./in-organization.ts";
import { printAnswer } from "./print-answer.ts";

/** What `crm audit list` is narrowed to, as typed. */
export interface AuditFilter extends InOrganization {
  action?: string;
  user?: string;
  since?: string;
  search?: string;
  failed?: boolean;
  limit: string;
}

const load = () => import("../commands/audit.ts");

/** `crm audit …` */
export function addAuditCommands(crm: Command): void {
  const audit = crm.command("audit").description("who did what");

  examples(
    inOrganization(audit, "list")
      .option("--action <action>", "such as auth.login or user.delete")
      .option("--user <username>", "what one user did")
      .option("--since <instant>", "not before; ISO 8601")
      .option("--search <text>", "in anything an entry says")
      .option("--failed", "what did not succeed")
      .option("--limit <number>", "how many, the newest first", "50")
      .description("the audit log, newest first"),
    ["crm audit list --user peter.novak --since 2026-01-01"],
    ["crm audit list --action auth.login --failed"],
    ["crm audit list --limit 100000 --json > audit.json"],
  ).action((options: AuditFilter) => printAnswer(options, async () => (await load()).showAuditLogs(options)));

  examples(
    inOrganization(audit, "verify").description("whether the audit log is as it was written; exit code 1 if not"),
    ["crm audit verify"],
    ["crm audit verify --organization acme --json"],
  ).action((options: InOrganization) => printAnswer(options, async () => (await load()).verifyAudit(options)));
}
