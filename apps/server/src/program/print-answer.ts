import type { Answer } from "../commands/answer.ts";
import { EXIT } from "./explain.ts";

export interface JsonOption {
  json?: boolean;
}

/** Runs a command that answers, and prints the answer: for a person, or with `--json` for a program. */
export async function printAnswer({ json = false }: JsonOption, run: () => Promise<Answer>): Promise<void> {
  const { text, data, failed = false } = await run();
  const shown = json ? JSON.stringify(data, null, 2) : text;
  if (shown !== "") process.stdout.write(`${shown}\n`);
  if (failed) process.exitCode = EXIT.failed;
}
