import { setTimeout as wait } from "node:timers/promises";
import { toServiceError } from "@crm/api";
import type { SyncStatus } from "@crm/schemas";
import type { InOrganization } from "../program/in-organization.ts";
import { ProgressBar } from "../progress-bar.ts";
import type { Answer } from "./answer.ts";
import { type AsOperator, asOperator } from "./as-operator.ts";
import { chooseMailAccounts } from "./choose-mail-accounts.ts";

/** How often it is looked how far a sync is, in milliseconds. */
const INTERVAL = 200;

interface Synced {
  username: string;
  address: string;
  status: SyncStatus["status"];
  error: string | null;
}

/** `crm mail sync` */
export const syncMail = (username: string | undefined, options: InOrganization): Promise<Answer> =>
  asOperator(options, async (opened) => {
    const data: Synced[] = [];
    for (const account of await chooseMailAccounts(opened, username)) data.push(await syncOne(opened, account));
    const lines = data.map(({ address, error }) => `${address}: ${error ?? "up to date."}`);
    const failed = data.some(({ error }) => error !== null);
    return { text: lines.length > 0 ? lines.join("\n") : "Nobody has linked a mailbox.", data, failed };
  });

async function syncOne(
  { find, apiOf }: AsOperator,
  { username, address }: { username: string; address: string },
): Promise<Synced> {
  const api = apiOf(await find(username));
  const bar = new ProgressBar(process.stderr, address);
  let answer: Awaited<ReturnType<typeof api.emails.sync>> | undefined;
  let failure: unknown;
  const asked = api.emails.sync().then(
    (value) => {
      answer = value;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  // A sync that takes longer than a request may goes on in this process, or in whichever holds the lease.
  const isOver = (status: SyncStatus["status"]) =>
    failure !== undefined ||
    answer?.status === "completed" ||
    (answer !== undefined && status !== "indexing" && status !== "syncing");
  let status = await api.emails.syncStatus();
  while (!isOver(status.status)) {
    if (status.progress) bar.show(status.progress.done, status.progress.total);
    await Promise.race([wait(INTERVAL), ...(answer || failure ? [] : [asked])]);
    status = await api.emails.syncStatus();
  }
  bar.end();
  const error = failure === undefined ? (status.lastError?.message ?? null) : toServiceError(failure).message;
  return { username, address, status: status.status, error };
}
