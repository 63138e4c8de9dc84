import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DeliveryService, type SentMessage } from "./delivery/delivery-service.ts";
import { requestListener } from "./http/request-listener.ts";
import type { OutgoingMessage } from "./mime/compose-message.ts";
import { parseMessage } from "./mime/parse-message.ts";
import { RequestError } from "./protocol/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "./protocol/limits.ts";
import { createSampleMailbox } from "./sample/create-sample-mailbox.ts";
import { DEMO_PERSON } from "./sample/people.ts";
import { Account } from "./store/account.ts";
import { addEmail } from "./store/emails.ts";

export interface DemoAccount {
  /** An e-mail address; compares without regard to case. */
  username: string;
  password: string;
}

export interface DemoMailOptions {
  /** @default 0, any free port */
  port?: number;
  /** @default "127.0.0.1" */
  host?: "127.0.0.1";
  /** @default demo@crm.test with the password demo */
  accounts?: readonly (DemoAccount & { name?: string })[];
  /** The sample's year ends here. The same `now` gives the same messages under the same ids. @default the current time */
  now?: Date;
  /** What the accounts hold at the start. @default "sample" */
  seed?: "sample" | "empty";
  /** Milliseconds until a person answers a sent message; null: nobody does. @default 4000 */
  replyDelay?: number | null;
  /** Overrides of what the session announces and the server enforces. */
  limits?: Partial<Limits>;
}

export interface DemoMailServer {
  /** e.g. `http://127.0.0.1:8080/jmap/session`. */
  readonly sessionUrl: string;
  readonly accounts: readonly DemoAccount[];
  /** Everything that was submitted, oldest first. */
  readonly sent: readonly SentMessage[];
  /** @throws Error when the name is taken. */
  addAccount(username: string, password: string, options?: { name?: string; sample?: boolean }): DemoAccount;
  /** Mail arrives in the inbox: raw RFC 5322, or in a person's terms (`to` is the account by default). @returns the JMAP id */
  deliver(username: string, message: string | Uint8Array | DeliveredMessage): Promise<string>;
  /** Puts a raw message anywhere, as an import would. `mailbox` is a role or a name. @default the inbox, now */
  append(username: string, raw: string | Uint8Array, options?: AppendOptions): Promise<string>;
  /** Forgets past states: the next /changes from one of them answers cannotCalculateChanges. */
  expire(username: string): void;
  close(): Promise<void>;
}

export type DeliveredMessage = Omit<OutgoingMessage, "to"> & { to?: OutgoingMessage["to"] };

export interface AppendOptions {
  mailbox?: string;
  keywords?: readonly string[];
  receivedAt?: Date;
}

/**
 * Starts an in-memory JMAP mail server (RFC 8620, RFC 8621) on loopback.
 * @example const server = await startDemoMail(); await fetch(server.sessionUrl, …)
 * @throws the listen error, e.g. EADDRINUSE.
 */
export async function startDemoMail(options: DemoMailOptions = {}): Promise<DemoMailServer> {
  const { port = 0, host = "127.0.0.1", seed = "sample", replyDelay = 4000 } = options;
  const now = options.now ?? new Date();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const accounts = new Map<string, Account>();
  const delivery = new DeliveryService(accounts, replyDelay);

  const addAccount: DemoMailServer["addAccount"] = (username, password, { name, sample = false } = {}) => {
    if (accounts.has(username.toLowerCase())) throw new Error(`There is an account ${username} already`);
    const account = new Account(username, password, name ?? (sample ? DEMO_PERSON.name : username));
    if (sample) createSampleMailbox(account, now);
    accounts.set(username.toLowerCase(), account);
    return { username, password };
  };
  const find = (username: string): Account => {
    const account = accounts.get(username.toLowerCase());
    if (!account) throw new Error(`There is no account ${username}`);
    return account;
  };
  for (const { username, password, name } of options.accounts ?? [{ username: "demo@crm.test", password: "demo" }]) {
    addAccount(username, password, { sample: seed === "sample", ...(name === undefined ? {} : { name }) });
  }

  let origin = "";
  const server = createServer(
    requestListener({ accounts, limits, delivery, origin: () => origin, enter: gate(limits) }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  origin = `http://${host}:${(server.address() as AddressInfo).port}`;

  return {
    sessionUrl: `${origin}/jmap/session`,
    get accounts() {
      return [...accounts.values()].map(({ username, password }) => ({ username, password }));
    },
    sent: delivery.sent,
    addAccount,
    async deliver(username, message) {
      const account = find(username);
      if (typeof message === "string" || message instanceof Uint8Array) {
        const raw = Buffer.from(message as string);
        return delivery.receive(account, parseMessage(raw), raw);
      }
      const to = message.to ?? [{ name: account.name, email: account.username }];
      return delivery.receiveMessage(account, { ...message, to });
    },
    async append(username, message, { mailbox = "inbox", keywords = [], receivedAt = new Date() } = {}) {
      const account = find(username);
      const place = [...account.mailboxes.values()].find(({ role, name }) => role === mailbox || name === mailbox);
      if (!place) throw new Error(`${username} has no mailbox ${mailbox}`);
      const raw = Buffer.from(message as string);
      const { id } = addEmail(account, { root: parseMessage(raw), raw, mailboxIds: [place.id], keywords, receivedAt });
      account.announceChanges();
      return id;
    },
    expire: (username) => find(username).changes.forget(),
    close() {
      delivery.stop();
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Event streams never end by themselves.
        server.closeAllConnections();
      });
    },
  };
}

/** Counts what runs at once for each account. */
function gate(limits: Limits) {
  const running = new Map<string, number>();
  return (account: Account, limit: "maxConcurrentRequests" | "maxConcurrentUpload"): (() => void) => {
    const key = `${limit} ${account.id}`;
    const count = running.get(key) ?? 0;
    if (count >= limits[limit]) throw new RequestError("limit", 400, "Too much at once", { limit });
    running.set(key, count + 1);
    return () => running.set(key, (running.get(key) ?? 1) - 1);
  };
}
