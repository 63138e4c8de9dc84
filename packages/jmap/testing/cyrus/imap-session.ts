import type { TestAccount } from "../mail-server.ts";
import { LineConnection } from "./line-connection.ts";

/** Sends one command, in pieces, and returns the server's untagged lines. Rejects unless it is answered with OK. */
export type ImapCommand = (...pieces: readonly (string | Uint8Array)[]) => Promise<string[]>;

/** Logs in over IMAP, runs `work`, and logs out. */
export async function withImapSession<Result>(
  port: number,
  account: TestAccount,
  work: (command: ImapCommand) => Promise<Result>,
): Promise<Result> {
  const connection = new LineConnection({ port, host: "127.0.0.1" });
  let count = 0;
  const command: ImapCommand = async (...pieces) => {
    count += 1;
    const tag = `t${count}`;
    await connection.write(Buffer.concat([`${tag} `, ...pieces, "\r\n"].map((piece) => Buffer.from(piece))));
    const untagged: string[] = [];
    for (;;) {
      const line = await connection.readLine();
      if (line.startsWith(`${tag} OK`)) return untagged;
      if (line.startsWith(`${tag} `)) throw new Error(`IMAP: ${line}`);
      untagged.push(line);
    }
  };
  try {
    await connection.readLine();
    await command(`LOGIN ${quoted(account.username)} ${quoted(account.password)}`);
    const result = await work(command);
    await command("LOGOUT");
    return result;
  } finally {
    connection.close();
  }
}

/** A quoted string (RFC 9051 §4.3). */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
