import { existsSync } from "node:fs";
import type { Service } from "./service.ts";

const PROGRAM = "/usr/bin/chromium";

/** Nothing to start: tests that drive a browser run it themselves. */
export function findChromium(): Service<string> {
  if (existsSync(PROGRAM)) return { name: "Chromium", coordinates: PROGRAM };
  return { name: "Chromium", coordinates: null, reason: "the Debian package chromium is not installed" };
}
