import { readdir, readFile } from "node:fs/promises";
import { ROOT } from "./run.mjs";

/**
 * The packages of the workspace.
 *
 * @returns {Promise<{ folder: string; manifest: Record<string, any> }[]>}
 */
export async function readWorkspace() {
  const packages = [];
  for (const group of ["packages", "apps"]) {
    for (const name of (await readdir(`${ROOT}/${group}`)).sort()) {
      const folder = `${ROOT}/${group}/${name}`;
      const text = await readFile(`${folder}/package.json`, "utf8").catch(() => null);
      if (text !== null) packages.push({ folder, manifest: JSON.parse(text) });
    }
  }
  return packages;
}
