import { mailSyncs } from "@crm/db";
import { type Email, JmapMethodError, JmapProtocolError, resultOf } from "@crm/jmap";
import { ownAddresses } from "../mail-account.ts";
import { tellRead } from "../tell-read.ts";
import { ENVELOPE_PROPERTIES, type Envelope, toEnvelope } from "./envelope.ts";
import { ofAccount } from "./lease.ts";
import { refreshCorrespondents } from "./refresh-correspondents.ts";
import { removeMessages } from "./remove-messages.ts";
import { type Scope, toScope } from "./scope.ts";
import { storeEnvelopes } from "./store-envelopes.ts";
import type { SyncRun } from "./sync-run.ts";

/** Changes asked for at a time; what they name is fetched in the same round trip. */
const MAX_CHANGES = 250;
/** Steps without any change in them, after which a server is not believed any more. */
const MAX_EMPTY_STEPS = 3;

/**
 * Follows `Email/changes` (RFC 8620 §5.2) from the stored state to the present one, a step a transaction.
 *
 * @returns "reindex" when there is no state to follow from, the server cannot follow it, or other mailboxes count now
 */
export async function applyChanges(run: SyncRun): Promise<"complete" | "reindex"> {
  let emptySteps = 0;
  for (;;) {
    const sync = await run.lease.read();
    if (sync.emailState === null) return "reindex";
    const step = await readStep(run, sync.emailState);
    if (step === null || step.scope.fingerprint !== sync.scope) return "reindex";
    if (step.newState !== sync.emailState) await storeStep(run, step, sync.emailState);
    if (!step.hasMore) return "complete";
    emptySteps = step.envelopes.length + step.gone.length === 0 ? emptySteps + 1 : 0;
    if (emptySteps > MAX_EMPTY_STEPS || step.newState === sync.emailState) {
      throw new JmapProtocolError("Email/changes promises more changes without end");
    }
  }
}

interface Step {
  scope: Scope;
  newState: string;
  hasMore: boolean;
  envelopes: Envelope[];
  created: ReadonlySet<string>;
  gone: string[];
}

/** One round trip: the mailboxes, what changed, and the envelopes of it. Null when the server cannot follow the state. */
async function readStep({ client, account, signal }: SyncRun, sinceState: string): Promise<Step | null> {
  const { accountId, limits } = client;
  const envelopes = (path: string) => ({
    accountId,
    "#ids": resultOf("changes", "Email/changes", path),
    properties: [...ENVELOPE_PROPERTIES],
  });
  const responses = await client.request(
    [
      ["Mailbox/get", { accountId, ids: null, properties: ["id", "role"] }, "mailboxes"],
      [
        "Email/changes",
        { accountId, sinceState, maxChanges: Math.min(MAX_CHANGES, limits.maxObjectsInGet) },
        "changes",
      ],
      ["Email/get", envelopes("/created"), "created"],
      ["Email/get", envelopes("/updated"), "updated"],
    ],
    { signal },
  );
  let changes: ReturnType<typeof responses.get<"Email/changes">>;
  try {
    changes = responses.get("changes", "Email/changes");
  } catch (error) {
    // Servers differ in what they say of a state they do not know.
    if (error instanceof JmapMethodError && ["cannotCalculateChanges", "invalidArguments"].includes(error.type))
      return null;
    throw error;
  }
  if (isOlder(changes.newState, sinceState)) return null;
  const scope = toScope(responses.get("mailboxes", "Mailbox/get").list);
  const found = [...responses.get("created", "Email/get").list, ...responses.get("updated", "Email/get").list];
  const inScope = found.filter((email) => scope.includes(email.mailboxIds ?? {}));
  const present = new Set(inScope.map((email) => email.id));
  const named = [...changes.created, ...changes.updated];
  const own = ownAddresses(account);
  return {
    scope,
    newState: changes.newState,
    hasMore: changes.hasMoreChanges,
    envelopes: inScope.map((email: Partial<Email> & { id: string }) => toEnvelope(email, own)),
    created: new Set(changes.created),
    gone: [...changes.destroyed, ...named.filter((id) => !present.has(id))],
  };
}

/** States are opaque, but a counter that runs backwards tells of a server that was restored from a backup. */
const isOlder = (newState: string, sinceState: string): boolean =>
  /^\d{1,15}$/.test(newState) && /^\d{1,15}$/.test(sinceState) && Number(newState) < Number(sinceState);

async function storeStep({ lease, counts }: SyncRun, step: Step, sinceState: string): Promise<void> {
  const done = await lease.transaction(async (tx, sync) => {
    if (sync.emailState !== sinceState) throw new Error("the cursor moved under a sync that holds the lease");
    const created = step.envelopes.filter(({ jmapId }) => step.created.has(jmapId));
    const updated = step.envelopes.filter(({ jmapId }) => !step.created.has(jmapId));
    const { indexRun } = sync;
    const news = await storeEnvelopes(tx, lease.mirror, created, { indexRun, bodies: "news" });
    const changes = await storeEnvelopes(tx, lease.mirror, updated, { indexRun, bodies: "old" });
    const addresses = new Set(step.envelopes.flatMap(({ people }) => people.map(({ address }) => address)));
    await refreshCorrespondents(tx, lease.mirror, [...addresses]);
    const destroyed = await removeMessages(tx, lease.mirror, step.gone);
    await tx.update(mailSyncs).set({ emailState: step.newState }).where(ofAccount(lease.mirror));
    await tellRead(tx, lease.mirror, [...news.turned, ...changes.turned]);
    return { changed: news.changed + changes.changed, destroyed };
  });
  counts.updated += done.changed;
  counts.destroyed += done.destroyed;
}
