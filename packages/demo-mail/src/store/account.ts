import { decodeContent } from "../mime/decode-content.ts";
import { leavesOf, type MimePart } from "../mime/part.ts";
import { ChangeLog, type DataType } from "./change-log.ts";
import { stableId } from "./ids.ts";
import { defaultMailboxes, type StoredMailbox } from "./mailbox.ts";
import type { StoredEmail } from "./stored-email.ts";

export interface StoredIdentity {
  id: string;
  name: string;
  email: string;
}

export interface StoredSubmission {
  id: string;
  identityId: string;
  emailId: string;
  threadId: string;
  envelope: { mailFrom: { email: string; parameters: null }; rcptTo: { email: string; parameters: null }[] };
  sendAt: string;
  deliveryStatus: Record<string, { smtpReply: string; delivered: string; displayed: string }>;
}

export interface Blob {
  content: Buffer;
  type: string;
}

/** Uploads beyond this many octets push out the oldest (RFC 8620 §6: a server may delete what nothing refers to). */
const UPLOAD_QUOTA = 200_000_000;

/** One person's mail: all that an account holds, and the change log over it. */
export class Account {
  readonly id: string;
  readonly mailboxes: Map<string, StoredMailbox>;
  readonly emails = new Map<string, StoredEmail>();
  /** Thread → ids of its emails, oldest first. */
  readonly threads = new Map<string, string[]>();
  /** Every message id that a thread's members have or refer to. */
  readonly threadOfMessageId = new Map<string, string>();
  readonly identities: Map<string, StoredIdentity>;
  readonly submissions = new Map<string, StoredSubmission>();
  readonly changes = new ChangeLog();
  readonly #uploads = new Map<string, Blob>();
  #uploadedOctets = 0;
  readonly #listeners = new Set<() => void>();
  #announced = this.changes.position();

  constructor(
    readonly username: string,
    readonly password: string,
    readonly name: string,
  ) {
    this.id = stableId("account", username.toLowerCase());
    this.mailboxes = new Map(defaultMailboxes(username).map((mailbox) => [mailbox.id, mailbox]));
    const identity: StoredIdentity = { id: stableId("identity", username), name, email: username };
    this.identities = new Map([[identity.id, identity]]);
  }

  mailboxOfRole(role: string): StoredMailbox {
    for (const mailbox of this.mailboxes.values()) if (mailbox.role === role) return mailbox;
    // Roles may be taken off a mailbox; mail still has to land somewhere.
    return this.mailboxes.values().next().value as StoredMailbox;
  }

  addUpload(blobId: string, blob: Blob): void {
    if (this.#uploads.has(blobId)) return;
    this.#uploads.set(blobId, blob);
    this.#uploadedOctets += blob.content.length;
    for (const [oldest, { content }] of this.#uploads) {
      if (this.#uploadedOctets <= UPLOAD_QUOTA) break;
      this.#uploads.delete(oldest);
      this.#uploadedOctets -= content.length;
    }
  }

  /** An upload, a whole message (`M` + email id) or one part of it (`P` + email id + `.` part id, dots as dashes). */
  findBlob(blobId: string): Blob | null {
    const upload = this.#uploads.get(blobId);
    if (upload) return upload;
    if (blobId.startsWith("M")) {
      const email = this.emails.get(blobId.slice(1));
      if (email) return { content: email.raw, type: "message/rfc822" };
    }
    const part = this.#findPart(blobId);
    return part && { content: decodeContent(part), type: part.type };
  }

  #findPart(blobId: string): MimePart | null {
    const match = /^P(.+)_p([\d-]+)$/.exec(blobId);
    const email = match && this.emails.get(match[1] as string);
    if (!email) return null;
    const partId = (match[2] as string).replaceAll("-", ".");
    for (const part of leavesOf(email.root)) if (part.partId === partId) return part;
    return null;
  }

  /** Calls back whenever a state moved; returns how to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the listeners, once what belongs together has all been written. */
  announceChanges(): void {
    const position = this.changes.position();
    if (position === this.#announced) return;
    this.#announced = position;
    for (const listener of this.#listeners) listener();
  }

  state(type: DataType): string {
    return this.changes.state(type);
  }
}

export function partBlobId(emailId: string, partId: string): string {
  return `P${emailId}_p${partId.replaceAll(".", "-")}`;
}
