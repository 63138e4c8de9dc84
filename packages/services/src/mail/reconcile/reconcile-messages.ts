import { emails, mailboxMessages } from "@crm/db";
import { getMailboxes } from "@crm/jmap";
import { and, eq } from "drizzle-orm";
import { applyChanges } from "../sync/apply-changes.ts";
import { chunk } from "../sync/chunk.ts";
import { indexMailbox } from "../sync/index-mailbox.ts";
import { listIds } from "../sync/list-ids.ts";
import { mirrorBodies } from "../sync/mirror-bodies.ts";
import { readAhead } from "../sync/read-ahead.ts";
import { toScope } from "../sync/scope.ts";
import type { SyncRun } from "../sync/sync-run.ts";
import { compareMessages, type MessageDifference } from "./compare-messages.ts";
import { healMessages } from "./heal-messages.ts";
import { readSeen } from "./read-seen.ts";

const MESSAGES_PER_CALL = 500;
const REQUESTS_AT_A_TIME = 4;

export interface ReconcileOptions {
  heal: boolean;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Compares every message with the mail server. What differs at the first look may have changed while it was read: so
 * changes are followed then, and what differs still is told, and healed in the transaction that found it.
 */
export async function reconcileMessages(
  run: SyncRun,
  { heal, onProgress = () => {} }: ReconcileOptions,
): Promise<{ checked: number; differences: MessageDifference[] }> {
  const { client, lease, signal } = run;
  const { mirror } = lease;
  const scope = toScope((await getMailboxes(client, {}, { signal })).list);
  const listed = await listIds(client, signal);
  const perCall = Math.min(MESSAGES_PER_CALL, client.limits.maxObjectsInGet);
  const suspects = new Set<string>();
  let checked = 0;
  for await (const seen of readAhead(chunk(listed, perCall), REQUESTS_AT_A_TIME, (ids) => readSeen(run, scope, ids))) {
    signal.throwIfAborted();
    const found = await lease.transaction((tx) => compareMessages(tx, mirror, seen));
    for (const { id } of found) suspects.add(id);
    checked += seen.size;
    onProgress(checked, listed.length);
    // Somebody who adds a contact meanwhile is not to wait for the end of this.
    await mirrorBodies(run);
  }
  const present = new Set(listed);
  for (const id of await idsHere(run)) if (!present.has(id)) suspects.add(id);
  if (suspects.size === 0) return { checked, differences: [] };

  if ((await applyChanges(run)) === "reindex") await indexMailbox(run);
  const differences: MessageDifference[] = [];
  for (const ids of chunk([...suspects], perCall)) {
    signal.throwIfAborted();
    const seen = await readSeen(run, scope, ids);
    const found = await lease.transaction(async (tx, { indexRun }) => {
      const again = await compareMessages(tx, mirror, seen);
      if (heal) await healMessages(tx, mirror, { differences: again, seen, indexRun });
      return again;
    });
    differences.push(...found);
  }
  return { checked, differences };
}

async function idsHere({ dependencies: { db }, lease: { mirror } }: SyncRun): Promise<Set<string>> {
  const { organizationId, mailAccountId } = mirror;
  const indexed = await db
    .select({ jmapId: mailboxMessages.jmapId })
    .from(mailboxMessages)
    .where(and(eq(mailboxMessages.organizationId, organizationId), eq(mailboxMessages.mailAccountId, mailAccountId)));
  const mirrored = await db
    .select({ jmapId: emails.jmapId })
    .from(emails)
    .where(and(eq(emails.organizationId, organizationId), eq(emails.mailAccountId, mailAccountId)));
  return new Set([...indexed, ...mirrored].map(({ jmapId }) => jmapId));
}
