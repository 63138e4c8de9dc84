import { randomUUID } from "node:crypto";
import { composeMessage, type OutgoingMessage } from "../mime/compose-message.ts";
import type { MimePart } from "../mime/part.ts";
import { serializeMessage } from "../mime/serialize-message.ts";
import type { Account } from "../store/account.ts";
import { addEmail } from "../store/emails.ts";
import type { StoredEmail } from "../store/stored-email.ts";
import { writeReply } from "./write-reply.ts";

/** A message that left the server. */
export interface SentMessage {
  /** Envelope sender. */
  from: string;
  /** Envelope recipients, Bcc included. */
  to: string[];
  /** As it travelled: without Bcc. */
  raw: Buffer;
  /** Without angle brackets. */
  messageId: string | null;
  subject: string | null;
  sentAt: Date;
}

/** Carries mail between the accounts of the server, keeps a log of what goes out, and lets people answer. */
export class DeliveryService {
  readonly sent: SentMessage[] = [];
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #replyDelay: number | null;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param accounts by user name in lower case. @param replyDelay milliseconds, null: nobody answers. */
  constructor(accounts: ReadonlyMap<string, Account>, replyDelay: number | null) {
    this.#accounts = accounts;
    this.#replyDelay = replyDelay;
  }

  /** Sends an email to its recipients: at once, and without its Bcc (RFC 8621 §7.5). */
  submit(from: Account, email: StoredEmail, recipients: readonly string[]): void {
    const root = withoutBcc(email.root);
    const raw = root === email.root ? email.raw : serializeMessage(root);
    this.sent.push({
      from: from.username,
      to: [...recipients],
      raw,
      messageId: email.messageIds[0] ?? null,
      subject: email.subject,
      sentAt: new Date(),
    });
    for (const recipient of recipients) {
      const local = this.#accounts.get(recipient.toLowerCase());
      if (local) this.receive(local, root, raw);
    }
    this.#scheduleReply(from, email, recipients);
  }

  /** Puts a message into an account's inbox, now. @returns the new email's id */
  receive(account: Account, root: MimePart, raw?: Buffer): string {
    const { id } = addEmail(account, {
      root,
      raw,
      mailboxIds: [account.mailboxOfRole("inbox").id],
      receivedAt: new Date(),
    });
    account.changes.record("EmailDelivery", id, "created");
    account.announceChanges();
    return id;
  }

  /** As {@link receive}, for a message in a person's terms. */
  receiveMessage(account: Account, message: OutgoingMessage): string {
    const domain = message.from.email.split("@")[1] ?? "localhost";
    const messageId = message.messageId ?? `${randomUUID()}@${domain}`;
    return this.receive(account, composeMessage({ ...message, messageId, date: message.date ?? new Date() }));
  }

  /** Nobody answers any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #scheduleReply(from: Account, email: StoredEmail, recipients: readonly string[]): void {
    if (this.#replyDelay === null) return;
    const isOutside = (address: string): boolean =>
      recipients.includes(address) && !this.#accounts.has(address.toLowerCase());
    const answering = (email.addresses("To") ?? []).find((person) => isOutside(person.email));
    const reply = answering && writeReply(email, answering, { name: from.name, email: from.username });
    if (!reply) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.receiveMessage(from, reply);
    }, this.#replyDelay);
    timer.unref();
    this.#timers.add(timer);
  }
}

function withoutBcc(root: MimePart): MimePart {
  const headers = root.headers.filter((field) => field.name.toLowerCase() !== "bcc");
  return headers.length === root.headers.length ? root : { ...root, headers };
}
