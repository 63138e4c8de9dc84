import type { Transaction } from "@crm/db";
import { type Email, getEmails, type JmapClient } from "@crm/jmap";
import { type MailAccountRow, mirrorOf, ownAddresses } from "../mail-account.ts";
import { ENVELOPE_PROPERTIES, toEnvelope } from "../sync/envelope.ts";
import { lockMirrorIfLinked } from "../sync/lease.ts";
import { MESSAGE_ARGUMENTS, toMessage } from "../sync/message.ts";
import { refreshCorrespondents } from "../sync/refresh-correspondents.ts";
import { storeEnvelopes } from "../sync/store-envelopes.ts";
import { storeMessages } from "../sync/store-messages.ts";

/** A message that was just sent, as the server has it now; null when it has it no more. */
export async function readSentMessage(client: JmapClient, jmapId: string): Promise<(Email & { id: string }) | null> {
  const { list } = await getEmails(client, {
    ids: [jmapId],
    ...MESSAGE_ARGUMENTS,
    properties: [...new Set([...ENVELOPE_PROPERTIES, ...MESSAGE_ARGUMENTS.properties])],
  });
  return list[0] ?? null;
}

/**
 * Puts it into index and mirror at once, rather than with the next sync, which finds it there. The message is out: that
 * its account was unlinked meanwhile, and there is nowhere to put it, is no failure.
 */
export async function storeSentMessage(
  tx: Transaction,
  account: MailAccountRow,
  email: Email & { id: string },
): Promise<void> {
  const mirror = mirrorOf(account);
  const own = ownAddresses(account);
  const sync = await lockMirrorIfLinked(tx, mirror);
  if (!sync) return;
  const envelope = toEnvelope(email, own);
  await storeEnvelopes(tx, mirror, [envelope], { indexRun: sync.indexRun, bodies: "at hand" });
  await refreshCorrespondents(
    tx,
    mirror,
    envelope.people.map(({ address }) => address),
  );
  await storeMessages(tx, mirror, [toMessage(email, own)], new Set([email.id]));
}
