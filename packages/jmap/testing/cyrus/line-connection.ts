import { connect, type NetConnectOpts, type Socket } from "node:net";
import { createInterface } from "node:readline";

const PATIENCE_MILLISECONDS = 60_000;

/** A connection of a protocol that speaks in lines: IMAP, LMTP. */
export class LineConnection {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;
  #error: Error | undefined;

  constructor(options: NetConnectOpts) {
    this.#socket = connect(options);
    this.#socket.on("error", (error) => {
      this.#error ??= error;
    });
    this.#socket.setTimeout(PATIENCE_MILLISECONDS, () => this.#socket.destroy(new Error("the server fell silent")));
    this.#lines = createInterface({ input: this.#socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  }

  async readLine(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw this.#error ?? new Error("the server closed the connection");
    return value;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
