#!/usr/bin/env node
import { EmbeddedPostgresError } from "@crm/db";
import { ServiceError } from "@crm/services";
import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { databaseTool } from "./commands/database-tool.ts";
import { migrate } from "./commands/migrate.ts";
import { seed } from "./commands/seed.ts";
import { serve } from "./commands/serve.ts";
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
