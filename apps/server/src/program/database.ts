import type { Command } from "commander";

/** `crm db …`: tools for those who change the schema. */
export function addDatabaseCommands(crm: Command): void {
  const database = crm.command("db").description("tools for those who change the schema");
  const tool = (name: "push" | "studio", description: string) =>
    database
      .command(name)
      .description(description)
      .action(async () => (await import("../commands/database-tool.ts")).databaseTool(name));
  tool("push", "apply the schema without a migration");
  tool("studio", "browse the database");
}
