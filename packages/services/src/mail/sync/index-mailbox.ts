import { mailboxMessages, mailSyncs } from "@crm/db";
import { getEmails, getMailboxes } from "@crm/jmap";
import { and, eq, sql } from "drizzle-orm";
import { ownAddresses } from "../mail-account.ts";
import { chunk } from "./chunk.ts";
import { ENVELOPE_PROPERTIES, toEnvelope } from "./envelope.ts";
import { type MirrorKey, ofAccount, type SyncRow } from "./lease.ts";
import { listIds } from "./list-ids.ts";
import { readAhead } from "./read-ahead.ts";
import { refreshCorrespondents } from "./refresh-correspondents.ts";
import { removeMessages } from "./remove-messages.ts";
import { reportProgress } from "./report-progress.ts";
import { type Scope, toScope } from "./scope.ts";
import { storeEnvelopes } from "./store-envelopes.ts";
import type { SyncRun } from "./sync-run.ts";

/** Servers are several times slower with fewer a call, and some allow no more. */
const ENVELOPES_PER_CALL = 500;
const REQUESTS_AT_A_TIME = 4;

/**
 * Reads the envelopes of the whole mailbox into the index, and lets go of what it did not meet. What changes at the
 * server meanwhile is caught by following the changes since the state that was read before the first message.
 * Interrupted, it goes on with the messages that it has not met yet.
 */
export async function indexMailbox(run: SyncRun): Promise<void> {
  const { client, lease, signal } = run;
  const scope = await readScope(run);
  const sync = await beginIndex(run, scope);
  const known = await idsOfRun(run, sync);
  const ids = await listIds(client, signal);
  const missing = ids.filter((id) => !known.has(id));
  const own = ownAddresses(run.account);
  let done = ids.length - missing.length;
  // Discovery is counted at 1,000, 2,000, 4,000 … messages: early enough to be of use, seldom enough to cost little.
  let nextCount = 1_000;
  await reportProgress(run, { phase: "indexing", done, total: ids.length });

  const batches = chunk(missing, Math.min(ENVELOPES_PER_CALL, client.limits.maxObjectsInGet));
  const pages = readAhead(batches, REQUESTS_AT_A_TIME, async (batch) => {
    const { list } = await getEmails(client, { ids: batch, properties: [...ENVELOPE_PROPERTIES] }, { signal });
    const inScope = list.filter((email) => scope.includes(email.mailboxIds ?? {}));
    return { read: batch.length, envelopes: inScope.map((email) => toEnvelope(email, own)) };
  });
  for await (const { read, envelopes } of pages) {
    signal.throwIfAborted();
    done += read;
    await lease.transaction(async (tx) => {
      await storeEnvelopes(tx, lease.mirror, envelopes, { indexRun: sync.indexRun, bodies: "old" });
    });
    if (done >= nextCount) await countPeople(run);
    while (done >= nextCount) nextCount *= 2;
    await reportProgress(run, { phase: "indexing", done, total: ids.length });
  }
  run.counts.destroyed += await completeIndex(run, sync);
}

async function readScope({ client, signal }: SyncRun): Promise<Scope> {
  const { list } = await getMailboxes(client, {}, { signal });
  return toScope(list);
}

/** Begins a full index, or takes up one that was interrupted. */
async function beginIndex({ client, lease, signal }: SyncRun, scope: Scope): Promise<SyncRow> {
  const { state } = await getEmails(client, { ids: [] }, { signal });
  return lease.transaction(async (tx, sync) => {
    const resumes = sync.indexingFromState !== null && sync.scope === scope.fingerprint;
    const [begun] = await tx
      .update(mailSyncs)
      .set({
        phase: "indexing",
        emailState: null,
        scope: scope.fingerprint,
        indexingFromState: resumes ? sync.indexingFromState : state,
        indexRun: resumes ? sync.indexRun : sync.indexRun + 1,
      })
      .where(ofAccount(lease.mirror))
      .returning();
    if (!begun) throw new Error("the sync row is gone");
    return begun;
  });
}

const ofRun = ({ organizationId, mailAccountId }: MirrorKey) =>
  and(eq(mailboxMessages.organizationId, organizationId), eq(mailboxMessages.mailAccountId, mailAccountId));

async function idsOfRun({ dependencies, lease }: SyncRun, sync: SyncRow): Promise<ReadonlySet<string>> {
  const rows = await dependencies.db
    .select({ jmapId: mailboxMessages.jmapId })
    .from(mailboxMessages)
    .where(and(ofRun(lease.mirror), eq(mailboxMessages.indexRun, sync.indexRun)));
  return new Set(rows.map(({ jmapId }) => jmapId));
}

/** What the complete index did not meet is gone from the server; from here on, changes are followed. */
async function completeIndex(run: SyncRun, { indexRun }: SyncRow): Promise<number> {
  const { lease } = run;
  let destroyed = 0;
  for (let stale = await staleIds(); stale.length > 0; stale = await staleIds()) {
    const ids = stale;
    destroyed += await lease.transaction((tx) => removeMessages(tx, lease.mirror, ids));
  }
  await analyzeIndex(run);
  await countPeople(run);
  await lease.transaction(async (tx) => {
    await tx
      .update(mailSyncs)
      .set({ emailState: sql`${mailSyncs.indexingFromState}`, indexingFromState: null })
      .where(ofAccount(lease.mirror));
  });
  return destroyed;

  function staleIds(): Promise<string[]> {
    return lease.transaction(async (tx) => {
      const rows = await tx
        .select({ jmapId: mailboxMessages.jmapId })
        .from(mailboxMessages)
        .where(and(ofRun(lease.mirror), sql`${mailboxMessages.indexRun} <> ${indexRun}`))
        .limit(1_000);
      return rows.map(({ jmapId }) => jmapId);
    });
  }
}

function countPeople({ lease }: SyncRun): Promise<void> {
  return lease.transaction((tx) => refreshCorrespondents(tx, lease.mirror, "all"));
}

/** Tells PostgreSQL what came in, of the columns that it is looked up by: it would learn that within minutes. */
async function analyzeIndex({ dependencies: { db } }: SyncRun): Promise<void> {
  await db.execute(sql`ANALYZE mailbox_messages (organization_id, mail_account_id, addresses)`);
}
