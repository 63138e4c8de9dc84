import { existsSync } from "node:fs";

export const CYRUS_BIN = "/usr/lib/cyrus/bin";

/** Why a test Cyrus cannot run on this machine, in a sentence, or null when it can. */
export function whyNoCyrus(): string | null {
  if (process.platform !== "linux") return "Cyrus is started on Linux only";
  const missing = ["master", "httpd"].find((program) => !existsSync(`${CYRUS_BIN}/${program}`));
  if (missing) return "the Debian packages cyrus-imapd and cyrus-caldav are not installed";
  if (process.getuid?.() !== 0) return "Cyrus needs root to start as its own user";
  return null;
}
