import { chmod, readFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { accountFile } from "./account-file.ts";
import { cyrusPaths } from "./coordinates.ts";

/**
 * Answers Cyrus' password checks in place of saslauthd: four strings come in (login, password, service, realm), each
 * after its length in two bytes, and one goes out. So an account is a file, and needs no password database.
 */
export async function startPasswordServer(dataDir: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    void answer(socket, dataDir).catch(() => socket.destroy());
  });
  const { passwordSocket } = cyrusPaths(dataDir);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(passwordSocket, resolve));
  await chmod(passwordSocket, 0o666);
  return server;
}

async function answer(socket: Socket, dataDir: string): Promise<void> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, chunk]);
    const strings = readStrings(received);
    if (!strings) continue;
    const [login, password, , realm] = strings as [string, string, string, string];
    const username = realm === "" ? login : `${login}@${realm}`;
    const stored = await readFile(accountFile(dataDir, username), "utf8").catch(() => null);
    const verdict = Buffer.from(stored !== null && stored === password ? "OK" : "NO");
    socket.end(Buffer.concat([Buffer.from([0, verdict.length]), verdict]));
    return;
  }
}

function readStrings(bytes: Buffer): string[] | null {
  const strings: string[] = [];
  let at = 0;
  while (strings.length < 4) {
    if (bytes.length < at + 2) return null;
    const end = at + 2 + bytes.readUInt16BE(at);
    if (bytes.length < end) return null;
    strings.push(bytes.toString("utf8", at + 2, end));
    at = end;
  }
  return strings;
}
