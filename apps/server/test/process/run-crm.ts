import { startCrm } from "./start-crm.ts";

/** How a command ended, and what it said. */
export interface CrmRun {
  code: number | string;
  stdout: string;
  stderr: string;
}

/** Runs `crm …` to its end. */
export async function runCrm(env: Record<string, string>, ...args: string[]): Promise<CrmRun> {
  const run = startCrm(args, env);
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}
