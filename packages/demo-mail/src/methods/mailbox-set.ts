import { boolean, isRecord, or, readArguments } from "../protocol/arguments.ts";
import { SetError } from "../protocol/errors.ts";
import { type Method, type MethodContext, resolveId } from "../protocol/method.ts";
import { applyPatch } from "../protocol/patch.ts";
import { destroyEmail, updateEmail } from "../store/emails.ts";
import { randomId } from "../store/ids.ts";
import type { StoredMailbox } from "../store/mailbox.ts";
import { setArguments, standardSet } from "./standard-set.ts";

const SETTABLE = ["name", "parentId", "role", "sortOrder", "isSubscribed"];
const ROLES = ["all", "archive", "drafts", "flagged", "important", "inbox", "junk", "sent", "subscribed", "trash"];
const FRESH = { name: "", parentId: null, role: null, sortOrder: 0, isSubscribed: false };

/** Mailbox/set, RFC 8621 §2.5. */
export const mailboxSet: Method = (context, args) => {
  const { onDestroyRemoveEmails, ...rest } = readArguments(args, {
    ...setArguments,
    onDestroyRemoveEmails: or(boolean, false),
  });
  const { account } = context;
  return standardSet(context, rest, "Mailbox", {
    create(object) {
      const mailbox = check(context, { id: randomId(), ...FRESH }, object);
      account.mailboxes.set(mailbox.id, mailbox);
      account.changes.record("Mailbox", mailbox.id, "created");
      const { id, sortOrder, isSubscribed, role, parentId } = mailbox;
      return {
        id,
        sortOrder,
        isSubscribed,
        role,
        parentId,
        totalEmails: 0,
        unreadEmails: 0,
        totalThreads: 0,
        unreadThreads: 0,
      };
    },
    update(id, patch) {
      account.mailboxes.set(id, check(context, getMailbox(context, id), patch));
      account.changes.record("Mailbox", id, "updated");
      return null;
    },
    destroy: (id) => destroyMailbox(context, getMailbox(context, id), onDestroyRemoveEmails),
  });
};

function getMailbox({ account }: MethodContext, id: string): StoredMailbox {
  const mailbox = account.mailboxes.get(id);
  if (!mailbox) throw new SetError("notFound");
  return mailbox;
}

function check(context: MethodContext, mailbox: StoredMailbox, patch: Record<string, unknown>): StoredMailbox {
  const foreign = Object.keys(patch).filter((key) => !SETTABLE.includes(key));
  if (foreign.length > 0) throw new SetError("invalidProperties", { properties: foreign });
  // Any value may have come with the patch; what follows finds the wrong ones.
  const result = applyPatch({ ...mailbox }, patch) as unknown as StoredMailbox;
  if (typeof result.parentId === "string") result.parentId = resolveId(context, result.parentId);
  const siblings = [...context.account.mailboxes.values()].filter((other) => other.id !== mailbox.id);
  const wrong = {
    name: typeof result.name !== "string" || !/^[^\p{Cc}]{1,255}$/u.test(result.name.trim()),
    parentId: result.parentId !== null && isBelow(context, result.parentId, mailbox.id),
    role:
      result.role !== null && (!ROLES.includes(result.role) || siblings.some((other) => other.role === result.role)),
    sortOrder: !Number.isSafeInteger(result.sortOrder) || result.sortOrder < 0,
    isSubscribed: typeof result.isSubscribed !== "boolean",
  };
  const twin = siblings.some((other) => other.parentId === result.parentId && other.name === result.name);
  const properties = Object.entries({ ...wrong, name: wrong.name || twin }).filter(([, isWrong]) => isWrong);
  if (properties.length > 0) throw new SetError("invalidProperties", { properties: properties.map(([name]) => name) });
  return result;
}

/** Also true for a parent that is not there: neither will do. */
function isBelow({ account }: MethodContext, start: string, ancestorId: string): boolean {
  for (let id: string | null = start; id !== null; ) {
    const mailbox: StoredMailbox | undefined = account.mailboxes.get(id);
    if (!isRecord(mailbox) || id === ancestorId) return true;
    id = mailbox.parentId;
  }
  return false;
}

function destroyMailbox({ account }: MethodContext, mailbox: StoredMailbox, removeEmails: boolean): void {
  if (mailbox.role === "inbox") throw new SetError("forbidden");
  if ([...account.mailboxes.values()].some((other) => other.parentId === mailbox.id))
    throw new SetError("mailboxHasChild");
  const emails = [...account.emails.values()].filter((email) => email.mailboxIds.has(mailbox.id));
  if (emails.length > 0 && !removeEmails) throw new SetError("mailboxHasEmail");
  for (const email of emails) {
    const mailboxIds = new Set([...email.mailboxIds].filter((id) => id !== mailbox.id));
    if (mailboxIds.size === 0) destroyEmail(account, email);
    else updateEmail(account, email, { mailboxIds, keywords: new Set(email.keywords) });
  }
  account.mailboxes.delete(mailbox.id);
  account.changes.record("Mailbox", mailbox.id, "destroyed");
}
