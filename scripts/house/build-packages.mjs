import { readdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { delimiter } from "node:path";
import { hashFiles } from "./hash-files.mjs";
import { ROOT, run } from "./run.mjs";

/** What a package is built from, beside its `src`. */
const CONFIGURATION = ["package.json", "tsup.config.ts", "tsconfig.json"];
const COMMON = ["pnpm-lock.yaml", "tsconfig.base.json", "tsup.config.ts"].map((name) => `${ROOT}/${name}`);
/** In `dist`, so that it goes when that does. */
const STAMP = "dist/.built-from";

/**
 * Runs the build script of each package whose sources are others than at its last build.
 *
 * @param {{ folder: string; manifest: Record<string, any> }[]} packages
 * @param {{ entry?: string; onStart: (names: string[]) => void }} options
 * @returns {Promise<boolean>} false when one failed, after its output was shown
 */
export async function buildPackages(packages, { entry, onStart }) {
  const byName = new Map(packages.map((one) => [one.manifest.name, one]));
  const needed = entry === undefined ? packages : reach(byName, entry, (manifest) => [manifest.dependencies]);
  const sources = new Map(await Promise.all(packages.map(async (one) => [one, await hashSources(one.folder)])));
  const stale = [];
  for (const one of needed) {
    if (one.manifest.scripts?.build === undefined || sources.get(one) === null) continue;
    // Bundled types reach into other packages, so these count as sources too.
    const inside = reach(byName, one.manifest.name, (manifest) => [manifest.dependencies, manifest.devDependencies]);
    const hash = await hashFiles(COMMON, inside.map((other) => sources.get(other)).join(" "));
    if ((await readFile(`${one.folder}/${STAMP}`, "utf8").catch(() => "")) !== hash) stale.push({ ...one, hash });
  }
  if (stale.length === 0) return true;
  onStart(stale.map(({ manifest }) => manifest.name));
  const queue = [...stale];
  const results = [];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await build(next));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results.every(Boolean);
}

async function build({ folder, manifest, hash }) {
  const bins = [`${folder}/node_modules/.bin`, `${ROOT}/node_modules/.bin`, process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: bins };
  const { code, output } = await run(manifest.scripts.build, [], { cwd: folder, shell: true, env });
  if (code === 0) await writeFile(`${folder}/${STAMP}`, hash);
  else process.stderr.write(`${manifest.name}: ${manifest.scripts.build}\n${output}\n`);
  return code === 0;
}

/** The package of that name and, through the lists that `edges` picks from a manifest, all that it leads to. */
function reach(byName, name, edges) {
  const found = new Map();
  const visit = (one) => {
    if (one === undefined || found.has(one.manifest.name)) return;
    found.set(one.manifest.name, one);
    for (const list of edges(one.manifest)) for (const other of Object.keys(list ?? {})) visit(byName.get(other));
  };
  visit(byName.get(name));
  return [...found.values()].sort((a, b) => a.folder.localeCompare(b.folder));
}

/** Null for a package without sources. */
async function hashSources(folder) {
  const entries = await readdir(`${folder}/src`, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);
  if (files.length === 0) return null;
  return hashFiles([...CONFIGURATION.map((name) => `${folder}/${name}`), ...files.sort()]);
}
