import { LineConnection } from "./line-connection.ts";

/** Delivers a message into an INBOX as a mail transfer agent does (LMTP, RFC 2033). */
export async function deliverMessage(
  lmtpSocket: string,
  { from, to, raw }: { from: string; to: string; raw: Uint8Array },
): Promise<void> {
  const connection = new LineConnection({ path: lmtpSocket });
  const say = async (line: string | Uint8Array) => {
    await connection.write(line);
    await expectGood(connection);
  };
  try {
    await expectGood(connection);
    await say("LHLO localhost\r\n");
    await say(`MAIL FROM:<${from}>\r\n`);
    await say(`RCPT TO:<${to}>\r\n`);
    await say("DATA\r\n");
    // latin1 keeps every byte; a line that begins with a dot gets another one (RFC 5321 §4.5.2).
    const text = Buffer.from(raw).toString("latin1").replace(/^\./gm, "..");
    await say(Buffer.from(text.endsWith("\r\n") ? `${text}.\r\n` : `${text}\r\n.\r\n`, "latin1"));
    await connection.write("QUIT\r\n");
  } finally {
    connection.close();
  }
}

async function expectGood(connection: LineConnection): Promise<void> {
  for (;;) {
    const line = await connection.readLine();
    if (line[3] === "-") continue;
    if (!/^[23]/.test(line)) throw new Error(`LMTP: ${line}`);
    return;
  }
}
