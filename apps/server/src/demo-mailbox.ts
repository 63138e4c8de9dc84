import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import type { MailServersOptions } from "@crm/services";
import { z } from "zod";
import type { Config } from "./env.ts";
import { makeFolder } from "./make-folder.ts";

/** The mail domain that the demo mailbox answers for. */
const DOMAIN = "crm.test";

/**
 * What a later start needs to be the same server again: linked accounts remember its address, and the mirror knows
 * its sample mail, which is dated from the first start.
 */
const REMEMBERED = z.object({ sessionUrl: z.url(), firstStart: z.iso.datetime() });

/** With no mail server configured, and not in production, a mailbox with sample mail takes its place. */
export const wantsDemoMailbox = ({ production, mailServers }: Pick<Config, "production" | "mailServers">): boolean =>
  !production && mailServers.sessionUrl === undefined && (mailServers.byDomain?.size ?? 0) === 0;

export interface DemoMailbox {
  mailServers: MailServersOptions;
  username: string;
  password: string;
  close(): Promise<void>;
}

/** Starts the demo mailbox, at the port of the last time where that is free. Its mail lives in memory. */
export async function startDemoMailbox({ dataDir }: Pick<Config, "dataDir">): Promise<DemoMailbox> {
  const path = join(dataDir, "demo-mail.json");
  const remembered = read(path);
  const firstStart = remembered?.firstStart ?? new Date().toISOString();
  const now = new Date(firstStart);
  const server = await startAt(remembered ? Number(new URL(remembered.sessionUrl).port) : 0, now);
  const [account] = server.accounts;
  if (!account) throw new Error("the demo mailbox has no account");
  const { sessionUrl } = server;
  makeFolder(dataDir);
  writeFileSync(path, `${JSON.stringify({ sessionUrl, firstStart })}\n`);
  return {
    mailServers: { byDomain: new Map([[DOMAIN, sessionUrl]]) },
    username: account.username,
    password: account.password,
    close: () => server.close(),
  };
}

/** Where another process left its demo mailbox, for a worker of its own. */
export function findDemoMailbox({ dataDir }: Pick<Config, "dataDir">): MailServersOptions {
  const remembered = read(join(dataDir, "demo-mail.json"));
  return remembered ? { byDomain: new Map([[DOMAIN, remembered.sessionUrl]]) } : {};
}

async function startAt(port: number, now: Date): Promise<DemoMailServer> {
  try {
    return await startDemoMail({ port, now });
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startDemoMail({ port: 0, now });
  }
}

function read(path: string): z.output<typeof REMEMBERED> | null {
  try {
    return REMEMBERED.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}
