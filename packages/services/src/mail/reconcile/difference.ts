/** What a mirror can have otherwise than the mail server, or than its own rows say. */
export type DifferenceKind =
  /** At the server and not here: not in the index, or a contact's mail without its body. */
  | "missing"
  /** Here and not at the server, or mirrored though it is no contact's. */
  | "surplus"
  /** At the server in mailboxes alone that do not count (Trash, Junk, Drafts). */
  | "mailboxes"
  | "flags"
  /** Who, when, how large: what of a message never changes. */
  | "headers"
  | "contact links"
  | "contact counts"
  | "unread count"
  | "threads"
  | "discovery";

export interface MailboxDifference {
  kind: DifferenceKind;
  /** The message (JMAP id), contact, thread or address that it is about. */
  id: string;
  /** For a person. */
  message: string;
}
