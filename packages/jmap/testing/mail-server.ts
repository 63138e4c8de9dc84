/** A mailbox on a mail server under test. The username is its address too. */
export interface TestAccount {
  username: string;
  password: string;
}

/** A message as it is put into a mailbox. */
export interface StoredMessage {
  raw: Uint8Array;
  /** INBOX, Sent, Archive, Drafts, Junk or Trash. */
  mailbox: string;
  /** @default now */
  receivedAt?: Date;
  seen?: boolean;
  flagged?: boolean;
}

/** A message that the server sent out. */
export interface SentMessage {
  /** The envelope (RFC 5321). */
  from: string;
  to: string[];
  raw: Buffer;
}

/** What a suite needs of a mail server, whichever it is. */
export interface TestMailServer {
  /** For the titles of tests. */
  readonly name: string;
  /** The JMAP session resource (RFC 8620 §2). */
  readonly sessionUrl: string;
  /** A new, empty mailbox with the usual folders. */
  createAccount(): Promise<TestAccount>;
  /** Puts messages into mailboxes, as an import does. */
  append(account: TestAccount, messages: Iterable<StoredMessage>): Promise<void>;
  /** Delivers a message to the INBOX, as new mail comes in. */
  deliver(account: TestAccount, raw: Uint8Array): Promise<void>;
  /** What the server sent out, oldest first; `from` and `to` select by envelope. */
  sentMessages(selection?: { from?: string; to?: string }): Promise<SentMessage[]>;
  /** Waits for the first message sent to `to`. Rejects after `timeout` ms (10 s by default). */
  waitForSent(to: string, timeout?: number): Promise<SentMessage>;
  /** Forgets what was destroyed, so that states from before answer `cannotCalculateChanges` (RFC 8620 §5.2). */
  expire(account: TestAccount): Promise<void>;
  stop(): Promise<void>;
}
