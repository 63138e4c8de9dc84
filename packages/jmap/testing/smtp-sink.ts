import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface SmtpSink {
  port: number;
  stop(): Promise<void>;
}

/**
 * An SMTP server on loopback that takes whatever comes and keeps it as JSON files in `folder`.
 * An address with "reject" in it is refused for good (550), one with "tempfail" for now (451).
 */
export async function startSmtpSink(folder: string): Promise<SmtpSink> {
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    onRcptTo: ({ address }, _session, done) => done(refusalOf(address)),
    onData: (stream, { envelope }, done) => {
      const from = envelope.mailFrom ? envelope.mailFrom.address : "";
      const to = envelope.rcptTo.map(({ address }) => address);
      stream.setEncoding("latin1");
      text(stream)
        .then((raw) => keep(folder, { from, to, raw }))
        .then(() => done(), done);
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

function refusalOf(address: string): Error | null {
  if (address.includes("reject")) return Object.assign(new Error("5.1.1 no such user"), { responseCode: 550 });
  if (address.includes("tempfail")) return Object.assign(new Error("4.3.0 come again"), { responseCode: 451 });
  return null;
}

/** The file appears whole: another process may be reading the folder. */
async function keep(folder: string, message: { from: string; to: string[]; raw: string }): Promise<void> {
  const path = `${folder}/${String(Date.now()).padStart(15, "0")}-${randomUUID()}`;
  await writeFile(`${path}.part`, JSON.stringify(message));
  await rename(`${path}.part`, `${path}.json`);
}
