import type { Command } from "commander";
import { examples } from "./examples.ts";
import { type InOrganization, inOrganization } from "./in-organization.ts";
import { printAnswer } from "./print-answer.ts";

export interface NewApiKey extends InOrganization {
  name: string;
  scope: string[];
  expires?: string;
}

/** `crm api-key …` */
export function addApiKeyCommands(crm: Command): void {
  const keys = crm.command("api-key").description("keys by which programs act for a user");

  examples(
    inOrganization(keys, "create")
      .argument("<username>", "for whom the key acts; it may never do more than they may")
      .requiredOption("--name <name>", "what the key is for")
      .requiredOption("--scope <scope...>", "contacts:read, contacts:write, emails:read, emails:write, admin")
      .option("--expires <instant>", "when it ends; ISO 8601")
      .description("make a key, and show it this once"),
    ['crm api-key create peter.novak --name "Accounting" --scope contacts:read emails:read'],
    ['crm api-key create admin --name "Provisioning" --scope admin --expires 2027-01-01 --json'],
  ).action((username: string, options: NewApiKey) =>
    printAnswer(options, async () => (await import("../commands/api-key.ts")).addApiKey(username, options)),
  );
}
