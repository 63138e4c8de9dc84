import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { SentMessage, TestAccount, TestMailServer } from "../mail-server.ts";
import { selectSent, waitForSent } from "../sent-messages.ts";
import { accountFile } from "./account-file.ts";
import { appendMessages } from "./append-messages.ts";
import { type CyrusCoordinates, cyrusPaths } from "./coordinates.ts";
import { deliverMessage } from "./deliver-message.ts";
import { withImapSession } from "./imap-session.ts";
import { CYRUS_BIN } from "./why-no-cyrus.ts";

/** A running test Cyrus. All its methods work from any process of the machine that runs as root. */
export interface CyrusServer extends TestMailServer {
  readonly coordinates: CyrusCoordinates;
  readonly imapPort: number;
  /** Sets the password of an account anew; the old one is refused from then on. */
  changePassword(account: TestAccount, password: string): Promise<void>;
}

/** Attaches to a Cyrus that another process started. Its `stop` does nothing: who starts a server stops it. */
export function attachCyrus(coordinates: CyrusCoordinates): CyrusServer {
  const { sessionUrl, imapPort, dataDir } = coordinates;
  const paths = cyrusPaths(dataDir);
  const changePassword = async ({ username }: { username: string }, password: string) => {
    const file = accountFile(dataDir, username);
    await writeFile(`${file}.part`, password);
    await rename(`${file}.part`, file);
  };
  const sentMessages: CyrusServer["sentMessages"] = async (selection = {}) =>
    selectSent(await readSent(paths.outgoing), selection);
  return {
    name: "Cyrus",
    coordinates,
    sessionUrl,
    imapPort,
    changePassword,
    sentMessages,
    async createAccount() {
      const id = randomBytes(6).toString("hex");
      const account = { username: `user-${id}@example.test`, password: randomBytes(12).toString("base64url") };
      await changePassword(account, account.password);
      // The first login makes the mailboxes.
      await withImapSession(imapPort, account, async () => {});
      return account;
    },
    append: (account, messages) => appendMessages(imapPort, account, messages),
    deliver: ({ username }, raw) =>
      deliverMessage(paths.lmtpSocket, { from: "sender@example.test", to: username, raw }),
    waitForSent: (to, timeout) => waitForSent(sentMessages, to, timeout),
    expire: () => runAsCyrus(`${CYRUS_BIN}/cyr_expire`, ["-C", paths.imapdConf, "-X", "0", "-D", "0", "-E", "1"]),
    stop: async () => {},
  };
}

async function readSent(folder: string): Promise<SentMessage[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => {
      const { from, to, raw } = JSON.parse(await readFile(`${folder}/${name}`, "utf8"));
      return { from, to, raw: Buffer.from(raw, "latin1") };
    }),
  );
}

async function runAsCyrus(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)("setpriv", ["--reuid=cyrus", "--regid=mail", "--init-groups", program, ...args]);
}
