import type { Command } from "commander";
import type { JsonOption } from "./print-answer.ts";

/** Which tenant's people, mail or log a command is about. */
export interface InOrganization extends JsonOption {
  organization: string;
}

/** A command of a group that is about one organization, and answers. */
export const inOrganization = (group: Command, name: string): Command =>
  group.command(name).option("--organization <slug>", "whose", "default").option("--json", "answer in JSON");
