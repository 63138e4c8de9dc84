import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the proxy does with a request instead of passing it on. "cut": passes it on and breaks the answer off. */
export type Fault = "429" | "500" | "503" | "html" | "not-json" | "wrong-shape" | "hang-up" | "cut";

export interface FaultProxy {
  /** The mail server's session resource, by way of the proxy. */
  sessionUrl: string;
  /** Asked at each request to the API what is to happen to it; null passes it on. */
  decide: (() => Fault | null) | null;
  /** How often it was asked. */
  readonly asked: number;
  close(): Promise<void>;
}

const ANSWERS: Partial<Record<Fault, { status: number; type: string; body: string; headers?: object }>> = {
  "429": { status: 429, type: "text/plain", body: "slow down", headers: { "retry-after": "1" } },
  "500": { status: 500, type: "text/html", body: "<h1>Internal Server Error</h1>" },
  "503": { status: 503, type: "text/plain", body: "restarting" },
  html: { status: 200, type: "text/html", body: "<html>Please log in to the hotel's network</html>" },
  "not-json": { status: 200, type: "application/json", body: '{"methodResponses":[["Email/get",{"list":[' },
  "wrong-shape": { status: 200, type: "application/json", body: '{"methodResponses":[["Email/get",{"list":7},"0"]]}' },
};

/** Stands between us and a mail server, on loopback, and does to requests what networks and servers do to them. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const upstream = new URL(target);
  let asked = 0;
  const proxy: FaultProxy = {
    sessionUrl: "",
    decide: null,
    get asked() {
      return asked;
    },
    close,
  };
  const server = createServer((incoming, answer) => {
    const fault = incoming.method === "POST" ? decideOn() : null;
    if (fault === "hang-up") return void incoming.socket.destroy();
    const canned = fault ? ANSWERS[fault] : undefined;
    if (canned) {
      incoming.resume();
      answer.writeHead(canned.status, { "content-type": canned.type, ...canned.headers });
      return void answer.end(canned.body);
    }
    const { method, url, headers } = incoming;
    const outgoing = request({ host: upstream.hostname, port: upstream.port, method, path: url, headers }, (reply) => {
      // Some servers give absolute URLs in their session, which would lead past us.
      if (incoming.method === "GET") return void rewrite(reply, answer);
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      if (fault === "cut") reply.once("data", (chunk: Buffer) => breakOff(answer, chunk));
      else reply.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.sessionUrl = new URL(upstream.pathname, `http://127.0.0.1:${(server.address() as AddressInfo).port}`).href;
  return proxy;

  function decideOn(): Fault | null {
    asked += 1;
    return proxy.decide?.() ?? null;
  }

  async function rewrite(reply: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = (await text(reply)).replaceAll(upstream.origin, new URL(proxy.sessionUrl).origin);
    answer.writeHead(reply.statusCode ?? 502, { "content-type": reply.headers["content-type"] ?? "text/plain" });
    answer.end(body);
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function breakOff(answer: ServerResponse, chunk: Buffer): void {
  answer.write(chunk.subarray(0, chunk.length / 2), () => answer.destroy());
}
