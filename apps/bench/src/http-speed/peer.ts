import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** What `connect()` of @crm/db opens as well. */
export const POOL_SIZE = 20;

export interface PeerSettings {
  databaseUrl: string;
  /** Signs the tokens that it takes. */
  secret: string;
}

/** What a peer is told in its environment. */
export function peerSettings(): PeerSettings {
  const { BENCH_DATABASE_URL: databaseUrl, BENCH_SECRET: secret } = process.env;
  if (databaseUrl === undefined || secret === undefined) throw new Error("a peer is started by a benchmark");
  return { databaseUrl, secret };
}

/** Listens on a free port, tells the benchmark which, and ends with it. */
export function serveAsPeer(listener: RequestListener): void {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1", () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  process.once("disconnect", () => process.exit());
}
