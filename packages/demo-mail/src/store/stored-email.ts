import { hasAttachment } from "../mime/body-lists.ts";
import { asAddresses, asDate, asMessageIds, asText, type EmailAddress } from "../mime/header-forms.ts";
import { headerOf, type MimePart } from "../mime/part.ts";
import { previewOf } from "../mime/preview.ts";
import { serializeMessage } from "../mime/serialize-message.ts";

/** An email of an account: what never changes (the message) and what does (mailboxes, keywords). */
export class StoredEmail {
  readonly blobId: string;
  readonly #makeRoot: () => MimePart;
  #root: MimePart | null;
  readonly mailboxIds: Set<string>;
  readonly keywords: Set<string>;
  #raw: Buffer | null;
  #hasAttachment: boolean | null = null;
  #preview: string | null = null;
  readonly #addresses = new Map<string, EmailAddress[] | null>();

  constructor(
    readonly id: string,
    readonly threadId: string,
    root: MimePart | (() => MimePart),
    readonly receivedAt: Date,
    options: { mailboxIds: Iterable<string>; keywords: Iterable<string>; raw?: Buffer | undefined },
  ) {
    this.blobId = `M${id}`;
    this.#root = typeof root === "function" ? null : root;
    this.#makeRoot = typeof root === "function" ? root : () => root;
    this.mailboxIds = new Set(options.mailboxIds);
    this.keywords = new Set(options.keywords);
    this.#raw = options.raw ?? null;
  }

  /** The message; a sample's is composed on first demand, so that the server starts quickly. */
  get root(): MimePart {
    this.#root ??= this.#makeRoot();
    return this.#root;
  }

  /** The message as it would travel. */
  get raw(): Buffer {
    this.#raw ??= serializeMessage(this.root);
    return this.#raw;
  }

  get size(): number {
    return this.raw.length;
  }

  get hasAttachment(): boolean {
    this.#hasAttachment ??= hasAttachment(this.root);
    return this.#hasAttachment;
  }

  get preview(): string {
    this.#preview ??= previewOf(this.root);
    return this.#preview;
  }

  get subject(): string | null {
    const value = headerOf(this.root, "Subject");
    return value === null ? null : asText(value);
  }

  get messageIds(): string[] {
    return asMessageIds(headerOf(this.root, "Message-ID") ?? "") ?? [];
  }

  get sentAt(): string | null {
    const value = headerOf(this.root, "Date");
    return value === null ? null : asDate(value);
  }

  /** Of From, To, Cc …, read once. */
  addresses(header: string): EmailAddress[] | null {
    let addresses = this.#addresses.get(header);
    if (addresses === undefined) {
      const value = headerOf(this.root, header);
      addresses = value === null ? null : asAddresses(value);
      this.#addresses.set(header, addresses);
    }
    return addresses;
  }
}
