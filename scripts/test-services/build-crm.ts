import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Service } from "./service.ts";

const BUILD = fileURLToPath(new URL("../build.mjs", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../../apps/server/dist/crm.js", import.meta.url));

/** The `crm` that is shipped, built when a source has changed: as a process, the sources take five times as long. */
export async function buildCrm(): Promise<Service<string>> {
  const build = spawn(process.execPath, [BUILD, "@crm/server"], { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(build, "exit");
  if (code !== 0) throw new Error("the crm command did not build; the reason is above");
  return { name: "the crm command", coordinates: PROGRAM };
}
