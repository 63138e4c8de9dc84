import type { Command } from "commander";

/** Adds examples to a command's help: what is typed, and what it does. */
export function examples(command: Command, ...lines: readonly [typed: string, does?: string][]): Command {
  const width = Math.max(...lines.map(([typed]) => typed.length));
  const text = lines.map(([typed, does]) => `  $ ${does ? `${typed.padEnd(width)}  # ${does}` : typed}`).join("\n");
  return command.addHelpText("after", `\nExamples:\n${text}`);
}
