import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MailServersOptions } from "@crm/services";
import { z } from "zod";
import type { Config } from "../env.ts";

/** The mail domain that the demo mailbox answers for. */
export const DEMO_DOMAIN = "crm.test";

/**
 * What a later start needs to be the same server again: linked accounts remember its address, and the mirror knows
 * its sample mail, which is dated from the first start.
 */
const REMEMBERED = z.object({ sessionUrl: z.url(), firstStart: z.iso.datetime() });

/** With no mail server configured, and not in production, a mailbox with sample mail takes its place. */
export const wantsDemoMailbox = ({ production, mailServers }: Pick<Config, "production" | "mailServers">): boolean =>
  !production && mailServers.sessionUrl === undefined && (mailServers.byDomain?.size ?? 0) === 0;

/** Where another process left its demo mailbox, for a worker or a command of its own. */
export function findDemoMailbox({ dataDir }: Pick<Config, "dataDir">): MailServersOptions {
  const remembered = readRemembered(rememberedIn(dataDir));
  return remembered ? { byDomain: new Map([[DEMO_DOMAIN, remembered.sessionUrl]]) } : {};
}

export const rememberedIn = (dataDir: string): string => join(dataDir, "demo-mail.json");

export function readRemembered(path: string): z.output<typeof REMEMBERED> | null {
  try {
    return REMEMBERED.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}
