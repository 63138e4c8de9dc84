import { writeFileSync } from "node:fs";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import type { MailServersOptions } from "@crm/services";
import type { Config } from "../env.ts";
import { makeFolder } from "../make-folder.ts";
import { DEMO_DOMAIN, readRemembered, rememberedIn } from "./find-demo-mailbox.ts";

export interface DemoMailbox {
  mailServers: MailServersOptions;
  username: string;
  password: string;
  close(): Promise<void>;
}

/** Starts the demo mailbox, at the port of the last time where that is free. Its mail lives in memory. */
export async function startDemoMailbox({ dataDir }: Pick<Config, "dataDir">): Promise<DemoMailbox> {
  const path = rememberedIn(dataDir);
  const remembered = readRemembered(path);
  const firstStart = remembered?.firstStart ?? new Date().toISOString();
  const now = new Date(firstStart);
  const server = await startAt(remembered ? Number(new URL(remembered.sessionUrl).port) : 0, now);
  const [account] = server.accounts;
  if (!account) throw new Error("the demo mailbox has no account");
  const { sessionUrl } = server;
  makeFolder(dataDir);
  writeFileSync(path, `${JSON.stringify({ sessionUrl, firstStart })}\n`);
  return {
    mailServers: { byDomain: new Map([[DEMO_DOMAIN, sessionUrl]]) },
    username: account.username,
    password: account.password,
    close: () => server.close(),
  };
}

async function startAt(port: number, now: Date): Promise<DemoMailServer> {
  try {
    return await startDemoMail({ port, now });
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startDemoMail({ port: 0, now });
  }
}
