import type { Transaction } from "@crm/db";
import type { Envelope } from "../sync/envelope.ts";
import { findContacts } from "../sync/find-contacts.ts";
import type { MirrorKey } from "../sync/lease.ts";
import type { MailboxDifference } from "./difference.ts";
import { headersText, type IndexedMessage, type MirroredMessage, readLocalMessages } from "./local-messages.ts";
import type { Seen } from "./read-seen.ts";

/** A message that differs, with what healing it takes. */
export interface MessageDifference extends MailboxDifference {
  /** Of the mirrored message, when there is one. */
  emailId: string | null;
  /** Contacts that it is linked with, or should be. */
  contactIds: string[];
}

interface Here {
  indexed: IndexedMessage | undefined;
  mirrored: MirroredMessage | undefined;
  /** Whose it should be, by its headers. */
  contactIds: string[];
  isProblem: boolean;
}

/** Compares messages at the server with what is here of them. The mirror is locked. */
export async function compareMessages(
  tx: Transaction,
  mirror: MirrorKey,
  seen: ReadonlyMap<string, Seen>,
): Promise<MessageDifference[]> {
  const local = await readLocalMessages(tx, mirror, [...seen.keys()]);
  const envelopes = [...seen.values()].filter((one): one is Envelope => typeof one === "object");
  const contacts = await findContacts(
    tx,
    mirror,
    envelopes.flatMap(({ people }) => people.map(({ address }) => address)),
  );
  return [...seen].flatMap(([id, one]) => {
    const people = typeof one === "object" ? one.people : [];
    const here: Here = {
      indexed: local.indexed.get(id),
      mirrored: local.mirrored.get(id),
      contactIds: [...new Set(people.flatMap(({ address }) => contacts.get(address) ?? []))],
      isProblem: local.problems.has(id),
    };
    const found = typeof one === "object" ? compareOne(one, here) : compareAbsent(one, here);
    return found.map(([kind, message]) => ({
      ...{ kind, id, message },
      emailId: here.mirrored?.id ?? null,
      contactIds: [...new Set([...here.contactIds, ...(here.mirrored?.contactIds ?? [])])],
    }));
  });
}

type Found = [kind: MailboxDifference["kind"], message: string][];

function compareAbsent(where: "elsewhere" | "gone", { indexed, mirrored }: Here): Found {
  if (!indexed && !mirrored) return [];
  return where === "gone"
    ? [["surplus", "is here, and gone at the mail server"]]
    : [["mailboxes", "is here, and at the mail server only in Trash, Junk or Drafts"]];
}

function compareOne(envelope: Envelope, { indexed, mirrored, contactIds, isProblem }: Here): Found {
  const found: Found = [];
  if (!indexed) found.push(["missing", "is at the mail server, and not in the index"]);
  if (indexed && indexed.headers !== headersText(envelope)) {
    found.push(["headers", "has other headers in the index than at the mail server"]);
  }
  const here = [indexed, mirrored].filter((one) => one !== undefined);
  if (here.some(({ threadId }) => threadId !== envelope.threadId)) {
    found.push(["threads", "is in another thread than at the mail server"]);
  }
  if (here.some((one) => one.isRead !== envelope.isRead || one.isFlagged !== envelope.isFlagged)) {
    found.push(["flags", "is read or flagged otherwise than at the mail server"]);
  }
  if (!mirrored) {
    const isWanted = contactIds.length > 0 && !isProblem;
    if (isWanted && indexed && !indexed.isQueued) found.push(["missing", "is a contact's, and its body is not here"]);
  } else if (contactIds.length === 0) {
    if (!mirrored.isLeaving) found.push(["surplus", "is mirrored, and is no contact's"]);
  } else if ([...contactIds].sort().join() !== [...mirrored.contactIds].sort().join()) {
    found.push(["contact links", "is linked with other contacts than its headers name"]);
  }
  return found;
}
