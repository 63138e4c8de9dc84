import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** One hash over the names and contents of files; a missing file counts as such. */
export async function hashFiles(paths, salt = "") {
  const hash = createHash("sha256").update(salt);
  const contents = await Promise.all(paths.map((path) => readFile(path).catch(() => "missing")));
  for (const [index, path] of paths.entries()) hash.update(`\0${path}\0`).update(contents[index]);
  return hash.digest("hex");
}
