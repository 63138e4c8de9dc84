import { stableId } from "./ids.ts";

export interface StoredMailbox {
  id: string;
  name: string;
  parentId: string | null;
  role: string | null;
  sortOrder: number;
  isSubscribed: boolean;
}

/** What every account starts with (roles of RFC 8621 §2, registered by IANA). */
const DEFAULT_MAILBOXES: readonly [role: string, name: string, sortOrder: number][] = [
  ["inbox", "Inbox", 1],
  ["drafts", "Drafts", 2],
  ["sent", "Sent", 3],
  ["archive", "Archive", 4],
  ["junk", "Junk", 5],
  ["trash", "Trash", 6],
];

export function defaultMailboxes(username: string): StoredMailbox[] {
  return DEFAULT_MAILBOXES.map(([role, name, sortOrder]) => ({
    id: stableId("mailbox", username, role),
    name,
    parentId: null,
    role,
    sortOrder,
    isSubscribed: true,
  }));
}
