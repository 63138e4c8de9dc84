import type { Command } from "commander";
import { examples } from "./examples.ts";

/** `crm db …`: tools for those who change the schema. */
export function addDatabaseCommands(crm: Command): void {
  const database = crm.command("db").description("tools for those who change the schema");
  const tool = (name: "push" | "studio", description: string, does: string) =>
    examples(database.command(name).description(description), [`crm db ${name}`, does]).action(async () =>
      (await import("../commands/database-tool.ts")).databaseTool(name),
    );
  tool("push", "apply the schema without a migration", "asks before anything is lost; never in production");
  tool("studio", "browse the database", "until Ctrl-C");
}
