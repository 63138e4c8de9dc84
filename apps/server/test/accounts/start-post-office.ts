import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface CaughtLetter {
  from: string;
  to: string[];
  /** Headers and body, quoted-printable undone. */
  raw: string;
}

export interface PostOffice {
  smtpUrl: string;
  /** All that has come, in order. */
  letters: CaughtLetter[];
  /** The next letter to this address that nobody has asked for yet. */
  next(address: string): Promise<CaughtLetter>;
  stop(): Promise<void>;
}

/** A mail server on loopback that keeps what comes. */
export async function startPostOffice(): Promise<PostOffice> {
  const letters: CaughtLetter[] = [];
  const taken = new Set<CaughtLetter>();
  const onArrival = new Set<() => void>();
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, { envelope }, done) => {
      const from = envelope.mailFrom ? envelope.mailFrom.address : "";
      const to = envelope.rcptTo.map(({ address }) => address);
      text(stream).then((raw) => {
        letters.push({ from, to, raw: fromQuotedPrintable(raw) });
        for (const wake of onArrival) wake();
        done();
      }, done);
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    smtpUrl: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}?from=crm@crm.example`,
    letters,
    next: (address) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(() => reject(new Error(`no letter to ${address} came`))), 10_000);
        const look = () => {
          const found = letters.find((letter) => letter.to.includes(address) && !taken.has(letter));
          if (found) finish(() => resolve(found) ?? taken.add(found));
        };
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          onArrival.delete(look);
          settle();
        };
        onArrival.add(look);
        look();
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const fromQuotedPrintable = (raw: string) =>
  raw.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
