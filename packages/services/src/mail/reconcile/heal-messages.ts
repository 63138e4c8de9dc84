import type { Transaction } from "@crm/db";
import { changeFlags } from "../sync/change-flags.ts";
import type { Envelope } from "../sync/envelope.ts";
import type { MirrorKey } from "../sync/lease.ts";
import { refreshCorrespondents } from "../sync/refresh-correspondents.ts";
import { releaseUnlinked } from "../sync/release-mail.ts";
import { removeMessages } from "../sync/remove-messages.ts";
import { settleContactMail } from "../sync/settle-contact-mail.ts";
import { storeEnvelopes } from "../sync/store-envelopes.ts";
import type { MessageDifference } from "./compare-messages.ts";
import type { Seen } from "./read-seen.ts";

/**
 * Brings messages that differ to what the server has, by what the sync does with them: those that are gone go, those
 * whose unchanging part is wrong are made anew, bodies that are missing are queued. The mirror is locked.
 */
export async function healMessages(
  tx: Transaction,
  mirror: MirrorKey,
  {
    differences,
    seen,
    indexRun,
  }: {
    differences: readonly MessageDifference[];
    seen: ReadonlyMap<string, Seen>;
    indexRun: number;
  },
): Promise<void> {
  if (differences.length === 0) return;
  const ids = [...new Set(differences.map(({ id }) => id))];
  const envelopes = ids.map((id) => seen.get(id)).filter((one): one is Envelope => typeof one === "object");
  const kept = new Set(envelopes.map(({ jmapId }) => jmapId));
  const anew = differences.filter(({ kind }) => kind === "headers" || kind === "threads").map(({ id }) => id);
  await removeMessages(tx, mirror, [...new Set([...ids.filter((id) => !kept.has(id)), ...anew])]);
  await storeEnvelopes(tx, mirror, envelopes, { indexRun, bodies: "old" });
  await changeFlags(tx, mirror, envelopes);
  const people = envelopes.flatMap((envelope) => envelope.people.map(({ address }) => address));
  await refreshCorrespondents(tx, mirror, [...new Set(people)]);
  await settleContactMail(tx, mirror, [...new Set(differences.flatMap(({ contactIds }) => contactIds))]);
  await releaseUnlinked(
    tx,
    mirror,
    differences.flatMap(({ kind, emailId }) => (kind === "surplus" && emailId !== null ? [emailId] : [])),
  );
}
