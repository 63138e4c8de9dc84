import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const PNPM = "pnpm@10.34.9";

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @returns {Promise<{ code: number; output: string }>} what it wrote, unless `stdio` sent that elsewhere
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], ...options });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/**
 * pnpm through npm's npx: works with Node and npm alone.
 *
 * @returns {Promise<number>} the exit code
 */
export async function runPnpm(args, options = {}) {
  const { code, output } = await run("npx", ["-y", PNPM, ...args], { ...options, env: withOwnNode(process.env) });
  if (code !== 0 && output !== "") process.stderr.write(`${output}\n`);
  return code;
}

/** Runs checks side by side and shows each as it ends, with its output when it fails. */
export async function runTogether(checks) {
  const results = await Promise.all(
    checks.map(async ({ name, command, args }) => {
      const begun = Date.now();
      const { code, output } = await run(command, args);
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      process.stdout.write(
        `${code === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)\n${code === 0 ? "" : `${output}\n`}`,
      );
      return code === 0;
    }),
  );
  return results.every(Boolean);
}

/** The Node that runs us comes first, whatever else is on the PATH; pnpm is not to ask anything. */
function withOwnNode(env) {
  return { ...env, CI: "true", PATH: `${dirname(process.execPath)}${delimiter}${env.PATH}` };
}
