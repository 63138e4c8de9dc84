import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { buildPackages } from "./build-packages.mjs";
import { loadEnvironmentFile } from "./environment-file.mjs";
import { hashFiles } from "./hash-files.mjs";
import { ROOT, runPnpm } from "./run.mjs";
import { readWorkspace } from "./workspace.mjs";

export { ROOT } from "./run.mjs";

const INSTALLED = `${ROOT}/node_modules/.crm-installed`;

/** Installs the dependencies unless those that the lockfile names are there. Ends the process when it cannot. */
export async function installed() {
  const packages = await readWorkspace();
  const manifests = packages.map(({ folder }) => `${folder}/package.json`);
  const wanted = await hashFiles(
    [`${ROOT}/package.json`, `${ROOT}/pnpm-lock.yaml`, `${ROOT}/pnpm-workspace.yaml`, ...manifests],
    `${process.platform} ${process.arch}`,
  );
  if (wanted === (await readFile(INSTALLED, "utf8").catch(() => ""))) return;
  say(
    existsSync(INSTALLED) ? "Updating the dependencies …" : "Installing the dependencies, a minute at the first time …",
  );
  const code = await runPnpm(["install", "--frozen-lockfile"]);
  if (code !== 0) fail("The dependencies could not be installed; the reason is above.");
  await writeFile(INSTALLED, wanted);
}

/**
 * Builds the packages whose sources changed since their last build. Ends the process when one does not build.
 *
 * @param {string} [entry] this package and what it needs to run; all packages without it
 */
export async function built(entry) {
  const ok = await buildPackages(await readWorkspace(), {
    entry,
    onStart: (names) => say(`Building ${names.map((name) => name.replace("@crm/", "")).join(", ")} …`),
  });
  if (!ok) fail("The build failed; the reason is above.");
}

/** Goes on as the `crm` command, in this very process: signals and exit codes are its own from here on. */
export async function becomeCrm(args) {
  loadEnvironmentFile();
  await become(`${ROOT}/apps/server/dist/crm.js`, args);
}

/** Goes on as another program for Node, in this very process. */
export async function become(program, args) {
  process.chdir(ROOT);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

function say(text) {
  process.stdout.write(`  • ${text}\n`);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
