import { existsSync } from "node:fs";
import { ROOT } from "./run.mjs";

/** Reads `.env` of the checkout, if there is one. What the environment already says stays. */
export function loadEnvironmentFile() {
  if (existsSync(`${ROOT}/.env`)) process.loadEnvFile(`${ROOT}/.env`);
}
