import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addApiKeyCommands } from "./api-key.ts";
import { addAuditCommands } from "./audit.ts";
import { addDatabaseCommands } from "./database.ts";
import { addMailCommands } from "./mail.ts";
import { addOrganizationCommands } from "./organization.ts";
import { addServerCommands } from "./server.ts";
import { addUserCommands } from "./user.ts";

const EXIT_CODES = `
Exit codes: 0 done; 1 refused, failed, or a check found something; 2 typed wrongly.
Settings come from the environment; .env.example lists them.`;

/** Every command there is. What a command needs is loaded when it runs, so that the others start quickly. */
export function createProgram(): Command {
  const crm = new Command("crm")
    .description("A self-hosted CRM whose centre is e-mail. Without a command: crm serve.")
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError("(add --help for what it takes, and examples)")
    .addHelpText("after", EXIT_CODES);
  addServerCommands(crm);
  addOrganizationCommands(crm);
  addUserCommands(crm);
  addApiKeyCommands(crm);
  addMailCommands(crm);
  addAuditCommands(crm);
  addDatabaseCommands(crm);
  return crm;
}
