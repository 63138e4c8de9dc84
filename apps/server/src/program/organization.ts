import type { Command } from "commander";
import { examples } from "./examples.ts";
import { type JsonOption, printAnswer } from "./print-answer.ts";

/** `crm org …` */
export function addOrganizationCommands(crm: Command): void {
  const organizations = crm.command("org").description("the organizations of this installation");

  examples(
    organizations
      .command("create")
      .argument("<slug>", "what its people sign in with")
      .requiredOption("--name <name>", "how it is called")
      .requiredOption("--admin <username>", "its first admin")
      .option("--json", "answer in JSON")
      .description("make an organization, and show the temporary password of its admin"),
    ['crm org create acme --name "Acme, Inc." --admin chief'],
  ).action((slug: string, options: JsonOption & { name: string; admin: string }) =>
    printAnswer(options, async () => (await import("../commands/organization.ts")).addOrganization(slug, options)),
  );

  examples(
    organizations.command("list").description("all of them").option("--json", "answer in JSON"),
    ["crm org list"],
    ["crm org list --json | jq -r '.[].slug'"],
  ).action((options: JsonOption) =>
    printAnswer(options, async () => (await import("../commands/organization.ts")).showOrganizations()),
  );
}
