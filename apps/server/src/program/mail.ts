import type { Command } from "commander";

export function addMailCommands(_crm: Command): void {}
