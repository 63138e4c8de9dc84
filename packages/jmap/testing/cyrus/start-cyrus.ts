import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { startSmtpSink } from "../smtp-sink.ts";
import { attachCyrus, type CyrusServer } from "./attach-cyrus.ts";
import { cyrusPaths } from "./coordinates.ts";
import { spawnMaster, stopMaster, untilItAnswers } from "./master-process.ts";
import { parentOfDataFolders } from "./parent-of-data-folders.ts";
import { startPasswordServer } from "./password-server.ts";
import { sweepAbandoned } from "./sweep-abandoned.ts";
import { whyNoCyrus } from "./why-no-cyrus.ts";
import { writeConfiguration } from "./write-configuration.ts";

/** Begins the name of every data folder. */
const PREFIX = "crm-cyrus-";
const ATTEMPTS = 3;

export interface StartCyrusOptions {
  /**
   * Whether mail is put into the search index. Without, filters for people find nothing, and a large mailbox is filled and
   * read without an indexer that works beside it.
   * @default true
   */
  searchIndex?: boolean;
}

/**
 * Starts a throw-away Cyrus IMAP with JMAP on loopback, together with the SMTP sink that takes what it sends.
 * It ends with `stop()`, or by the kernel's hand when this process dies.
 *
 * @returns null where Cyrus cannot run; `whyNoCyrus()` says why
 */
export async function startCyrus({ searchIndex = true }: StartCyrusOptions = {}): Promise<CyrusServer | null> {
  if (whyNoCyrus() !== null) return null;
  const prefix = join(await parentOfDataFolders(), PREFIX);
  await sweepAbandoned(prefix);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(prefix, searchIndex);
    } catch (error) {
      // Between choosing a port and binding it, somebody else may take it.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(prefix: string, searchIndex: boolean): Promise<CyrusServer> {
  const dataDir = await mkdtemp(prefix);
  const paths = cyrusPaths(dataDir);
  const closing: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    await writeFile(paths.owner, String(process.pid));
    const { uid, gid } = await idsOf("cyrus");
    const [httpPort, imapPort] = await findFreePorts();
    const sink = await startSmtpSink(paths.outgoing);
    closing.push(sink.stop);
    await writeConfiguration({ dataDir, httpPort, imapPort, smtpPort: sink.port, uid, gid, searchIndex });
    const passwords = await startPasswordServer(dataDir);
    closing.push(() => new Promise((resolve) => passwords.close(resolve)));
    const master = await spawnMaster(dataDir);
    closing.push(() => stopMaster(master));
    const sessionUrl = `http://127.0.0.1:${httpPort}/jmap/`;
    await untilItAnswers(sessionUrl, master, dataDir);
    return { ...attachCyrus({ sessionUrl, imapPort, dataDir }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The user's ids, read from where the system keeps them. */
async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (!uid || !gid) throw new Error(`there is no user ${user}`);
  return { uid: Number(uid), gid: Number(gid) };
}

async function findFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map((server) => {
      return new Promise<number>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
      });
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number];
}
