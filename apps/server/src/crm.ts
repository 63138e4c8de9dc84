#!/usr/bin/env node
import { exitCodeOf, explain } from "./program/explain.ts";
import { createProgram } from "./program/program.ts";

// A reader that has seen enough, as in `crm audit list | head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const args = process.argv.slice(2);
try {
  // Alone, it is what one wants to see running.
  await createProgram().parseAsync(args.length === 0 ? ["serve"] : args, { from: "user" });
} catch (error) {
  process.stderr.write(explain(error, { json: args.includes("--json") }));
  process.exitCode = exitCodeOf(error);
}
