import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../make-folder.ts";
import { EnvError } from "./env-error.ts";

const SECRETS = z.object({ JWT_SECRET: z.string().min(43), ENCRYPTION_KEY: z.string().length(44) });

/**
 * The secrets of a development installation: made at the first start, read at every later one, for its owner's
 * eyes only (0600).
 * @throws EnvError when DATA_DIR cannot be written or the file is damaged.
 */
export function keepDevelopmentSecrets(dataDir: string): z.output<typeof SECRETS> {
  const path = join(dataDir, "secrets.json");
  try {
    const made = {
      JWT_SECRET: randomBytes(32).toString("base64url"),
      ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    };
    return read(path) ?? keep(path, dataDir, made);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined)
      throw new EnvError([`${path} is damaged: restore it, or remove it to begin with new secrets.`]);
    throw new EnvError([`DATA_DIR should be a folder that can be written, but ${dataDir} is not (${code}).`]);
  }
}

function read(path: string): z.output<typeof SECRETS> | null {
  try {
    return SECRETS.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function keep(path: string, dataDir: string, made: z.output<typeof SECRETS>): z.output<typeof SECRETS> {
  makeFolder(dataDir);
  // A link appears with its content and never replaces one: of two first starts at once, both go on with the same.
  const draft = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(path) ?? made;
}
