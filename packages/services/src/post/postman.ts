import type { Transporter } from "nodemailer";
import type { Logger } from "../dependencies.ts";
import type { Background } from "../mail/background.ts";
import type { Letter } from "./letter.ts";

/** How long a mail server may take for one letter, in milliseconds; also what a shutdown may have to wait for. */
const PATIENCE = 15_000;
/** Letters at a time. */
const CONNECTIONS = 3;
/** Letters beyond which new ones are dropped: a mail server that is away must not fill the memory. */
const MAX_WAITING = 100;

export interface AddressedLetter extends Letter {
  to: string;
}

export interface PostmanOptions {
  /** `smtp://user:password@host:587?from=crm@example.com`; without `from` it is the user, or `crm@` the app's host. */
  smtpUrl: string;
  /** Where the front end is, for links; without a slash at the end. */
  appUrl: string;
  logger: Logger;
  background: Background;
}

/**
 * Sends the CRM's own mail. It is sent in the background and without a retry: whether and when it arrives must not
 * show in any answer, and whoever misses a letter asks for another.
 */
export class Postman {
  readonly appUrl: string;
  readonly #from: string;
  readonly #url: string;
  #transport: Promise<Transporter> | undefined;
  readonly #logger: Logger;
  readonly #background: Background;
  #waiting = 0;

  constructor({ smtpUrl, appUrl, logger, background }: PostmanOptions) {
    const url = new URL(smtpUrl);
    this.appUrl = appUrl;
    this.#from = url.searchParams.get("from") ?? defaultSender(url, appUrl);
    url.searchParams.delete("from");
    this.#url = url.href;
    background.signal.addEventListener("abort", () => void this.#transport?.then((transport) => transport.close()));
    this.#logger = logger;
    this.#background = background;
  }

  /**
   * Composes a letter and sends it, all in the background. Call it after the commit, or write in `compose` what has to
   * be written: for null nothing is sent. Never throws; false when too much is waiting already.
   */
  send(compose: () => Promise<AddressedLetter | null>): boolean {
    if (this.#waiting >= MAX_WAITING) {
      this.#logger.warn({ waiting: this.#waiting }, "a letter was dropped: too many wait for the mail server");
      return false;
    }
    this.#waiting += 1;
    const delivered = this.#deliver(compose).finally(() => {
      this.#waiting -= 1;
    });
    this.#background.run("sending a letter", delivered);
    return true;
  }

  async #deliver(compose: () => Promise<AddressedLetter | null>): Promise<void> {
    const letter = await compose();
    if (!letter) return;
    this.#transport ??= openTransport(this.#url);
    const transport = await this.#transport;
    await transport.sendMail({
      from: this.#from,
      // As an object: text could be read as a list of addresses.
      to: { name: "", address: letter.to },
      subject: letter.subject,
      text: letter.text,
      headers: { "Auto-Submitted": "auto-generated" },
      signal: AbortSignal.any([this.#background.signal, AbortSignal.timeout(PATIENCE)]),
    });
  }
}

/** Its library is loaded with the first letter. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function defaultSender(url: URL, appUrl: string): string {
  const user = decodeURIComponent(url.username);
  return user.includes("@") ? user : `crm@${new URL(appUrl).hostname}`;
}
