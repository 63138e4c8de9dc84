import { getEmails } from "@crm/jmap";
import { ownAddresses } from "../mail-account.ts";
import { ENVELOPE_PROPERTIES, type Envelope, toEnvelope } from "../sync/envelope.ts";
import type { Scope } from "../sync/scope.ts";
import type { SyncRun } from "../sync/sync-run.ts";

/** A message as the server has it: with its envelope, in mailboxes alone that do not count, or not at all. */
export type Seen = Envelope | "elsewhere" | "gone";

/** Asks the server for messages, as many as one call takes: JMAP id → what is there. */
export async function readSeen(
  { client, account, signal }: SyncRun,
  scope: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Seen>> {
  const own = ownAddresses(account);
  const { list } = await getEmails(client, { ids: [...ids], properties: [...ENVELOPE_PROPERTIES] }, { signal });
  const seen = new Map<string, Seen>(ids.map((id) => [id, "gone"]));
  for (const email of list) {
    seen.set(email.id, scope.includes(email.mailboxIds ?? {}) ? toEnvelope(email, own) : "elsewhere");
  }
  return seen;
}
