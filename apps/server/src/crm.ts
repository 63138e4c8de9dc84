#!/usr/bin/env node
import { EmbeddedPostgresError } from "@crm/db";
import { DEFAULT_ORGANIZATION, ServiceError } from "@crm/services";
import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { databaseTool } from "./commands/database-tool.ts";
import { migrate } from "./commands/migrate.ts";
import { addOrganization, showOrganizations } from "./commands/organization.ts";
import { seed } from "./commands/seed.ts";
import { serve } from "./commands/serve.ts";
import { addUser, giveTemporaryPassword, removeUser, setRole, showUsers } from "./commands/user.ts";
import { work } from "./commands/worker.ts";
import { StartError } from "./start-error.ts";

const crm = new Command("crm").description("A self-hosted CRM whose centre is e-mail").version(manifest.version);

crm
  .command("serve", { isDefault: true })
  .description("run the API and the background worker")
  .option("--no-worker", "leave background work to `crm worker`")
  .action(serve);
crm.command("worker").description("run the background worker alone").action(work);
crm.command("migrate").description("bring the database to this release").action(migrate);
crm.command("seed").description("make the first admin").action(seed);

const organizations = crm.command("org").description("the organizations of this installation");
organizations
  .command("create")
  .argument("<slug>", "what its people sign in with")
  .requiredOption("--name <name>", "how it is called")
  .requiredOption("--admin <username>", "its first admin")
  .description("make an organization, and show the temporary password of its admin")
  .action(addOrganization);
organizations.command("list").description("all of them").action(showOrganizations);

const people = crm.command("user").description("people of an organization, for when no admin can sign in");
const person = (name: string) =>
  people.command(name).option("--organization <slug>", "whose people", DEFAULT_ORGANIZATION);
person("list").description("everybody").action(showUsers);
person("create")
  .argument("<username>")
  .option("--role <role>", "admin or member")
  .option("--first-name <name>")
  .option("--last-name <name>")
  .option("--email <address>")
  .description("make a user, and show the temporary password")
  .action(addUser);
person("role").argument("<username>").argument("<role>", "admin or member").description("change it").action(setRole);
person("reset-password")
  .argument("<username>")
  .description("end the user's sessions, and show a temporary password")
  .action(giveTemporaryPassword);
person("delete")
  .argument("<username>")
  .option("--yes", "contacts and mail go along")
  .description("remove a user; the audit log stays")
  .action(removeUser);

const database = crm.command("db").description("tools for those who change the schema");
database
  .command("push")
  .description("apply the schema without a migration")
  .action(() => databaseTool("push"));
database
  .command("studio")
  .description("browse the database")
  .action(() => databaseTool("studio"));

try {
  await crm.parseAsync();
} catch (error) {
  const isForPeople =
    error instanceof StartError || error instanceof EmbeddedPostgresError || error instanceof ServiceError;
  process.stderr.write(`${isForPeople ? sentence(error) : ((error as Error)?.stack ?? error)}\n`);
  process.exitCode = 1;
}

/** A rule that ADMIN_TEMP_PASSWORD breaks names the variable in its details. */
function sentence(error: Error): string {
  const [detail] = (error instanceof ServiceError && error.details) || [];
  return detail ? `${detail.path} ${detail.message}.` : error.message;
}
