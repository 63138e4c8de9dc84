import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { StartError } from "../start-error.ts";
import { withDatabase } from "./with-database.ts";

/** `crm db push` and `crm db studio`: drizzle-kit on the configured database, for those who change the schema. */
export const databaseTool = (tool: "push" | "studio"): Promise<void> =>
  withDatabase(async ({ databaseUrl }) => {
    // Its own terminal: push asks before it drops anything, studio runs until Ctrl-C.
    const child = spawn(process.execPath, [locateDrizzleKit(), tool], {
      cwd: databasePackage(),
      stdio: "inherit",
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    const ignore = () => {};
    process.on("SIGINT", ignore);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    process.off("SIGINT", ignore);
    if (code) throw new StartError(`drizzle-kit ${tool} ended with exit code ${code}.`);
  });

function locateDrizzleKit(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");
  } catch {
    throw new StartError("drizzle-kit is not installed; this command needs the development dependencies.");
  }
}

const databasePackage = () => join(dirname(fileURLToPath(import.meta.resolve("@crm/db"))), "..");
