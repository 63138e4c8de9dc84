import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import type { Config } from "./env.ts";
import { refuseUnreadable } from "./http/refuse-unreadable.ts";
import { StartError } from "./start-error.ts";

/** Longer than the idle time of usual load balancers, so that it is they who close a connection, in milliseconds. */
const KEEP_ALIVE = 65_000;
/** How long requests that are running may take to finish, in milliseconds. */
const FINISH = 10_000;
const SWEEP = 50;

export interface HttpServer {
  /** `http://host:port`, as one types it into a browser. */
  url: string;
  /**
   * Lets load balancers look elsewhere for `grace` milliseconds, then takes no new requests and lets those running
   * finish. `endStreams` ends those that never would.
   */
  drain(grace: number, endStreams?: () => Promise<void>): Promise<void>;
}

export interface HttpOptions extends Pick<Config, "host" | "port"> {
  fetch: (request: Request, ...rest: never[]) => Response | Promise<Response>;
}

/** @throws StartError when the port is taken or may not be used. */
export async function serveHttp({ host, port, fetch }: HttpOptions): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: fetch as Parameters<typeof createAdaptorServer>[0]["fetch"] }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE;
  server.headersTimeout = KEEP_ALIVE + 1_000;
  refuseUnreadable(server);
  let draining = false;
  let drained: Promise<void> | null = null;
  // A client that is told that the connection ends opens another one, and by then to another process.
  server.prependListener("request", (_request, response) => {
    if (draining) response.setHeader("connection", "close");
  });
  await listen(server, host, port);
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${printable(host)}:${actualPort}`,
    drain: (grace, endStreams) => (drained ??= drain(grace, endStreams)),
  };

  async function drain(grace: number, endStreams: () => Promise<void> = async () => {}): Promise<void> {
    draining = true;
    await wait(grace);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await endStreams();
    // Again and again: a connection is idle once its last answer is out.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP);
    await Promise.race([closed, wait(FINISH, undefined, { ref: false })]);
    clearInterval(sweep);
    server.closeAllConnections();
    await closed;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another program; stop that one, or set PORT to another",
  EACCES: "may not be used by this account; set PORT to one above 1023",
  EADDRNOTAVAIL: "cannot be used: HOST should be an address of this machine",
  ENOTFOUND: "cannot be used: HOST should be an address of this machine",
};

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = REASONS[error.code ?? ""];
      reject(reason ? new StartError(`Port ${port} on ${host} ${reason}.`, { cause: error }) : error);
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

/** The address that listens everywhere is none that one can open. */
function printable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
