import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";
import type { TestMailServer } from "@crm/jmap/testing";

/** What the proxy does with a request instead of passing it on. "cut": passes it on and breaks the answer off. */
export type Fault = "429" | "500" | "503" | "html" | "not-json" | "wrong-shape" | "hang-up" | "cut";

/** A method call of a request (RFC 8620 §3.2). */
export type MethodCall = [method: string, args: Record<string, unknown>, callId: string];

export interface FaultProxy {
  /** The mail server's session resource, by way of the proxy. */
  sessionUrl: string;
  /** Asked at each request to the API what is to happen to it; null passes it on. It goes on when this has settled. */
  decide: ((calls: readonly MethodCall[]) => Fault | null | Promise<Fault | null>) | null;
  /** Requests of any kind so far. */
  readonly exchanges: number;
  /** Requests to the API that were under way at the same time, at the most. */
  readonly mostAtATime: number;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** What the session says the server allows (RFC 8620 §2), in place of what it says by itself. */
  limits?: Record<string, number>;
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
export async function startFaultProxy(target: string, { limits = {} }: FaultProxyOptions = {}): Promise<FaultProxy> {
  const upstream = new URL(target);
  let exchanges = 0;
  let underWay = 0;
  let mostAtATime = 0;
  const proxy: FaultProxy = {
    sessionUrl: "",
    decide: null,
    get exchanges() {
      return exchanges;
    },
    get mostAtATime() {
      return mostAtATime;
    },
    close,
  };
  const server = createServer((incoming, answer) => {
    exchanges += 1;
    if (incoming.method === "POST") {
      underWay += 1;
      mostAtATime = Math.max(mostAtATime, underWay);
      answer.once("close", () => {
        underWay -= 1;
      });
    }
    handle(incoming, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.sessionUrl = new URL(upstream.pathname, `http://127.0.0.1:${(server.address() as AddressInfo).port}`).href;
  return proxy;

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming;
    const body = await buffer(incoming);
    const fault = method === "POST" ? ((await proxy.decide?.(callsIn(body))) ?? null) : null;
    if (fault === "hang-up") return void incoming.socket.destroy();
    const canned = fault ? ANSWERS[fault] : undefined;
    if (canned) {
      answer.writeHead(canned.status, { "content-type": canned.type, ...canned.headers });
      return void answer.end(canned.body);
    }
    const outgoing = request({ host: upstream.hostname, port: upstream.port, method, path: url, headers }, (reply) => {
      if (method === "GET") return void rewrite(reply, answer).catch(() => answer.destroy());
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      if (fault === "cut") reply.once("data", (chunk: Buffer) => breakOff(answer, chunk));
      else reply.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    outgoing.end(body);
  }

  /** Some servers give absolute URLs in their session, which would lead past us. */
  async function rewrite(reply: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = (await text(reply)).replaceAll(upstream.origin, new URL(proxy.sessionUrl).origin);
    answer.writeHead(reply.statusCode ?? 502, { "content-type": reply.headers["content-type"] ?? "text/plain" });
    answer.end(
      body.replaceAll(/"(max\w+)":\s*\d+/g, (entry, name) => (name in limits ? `"${name}":${limits[name]}` : entry)),
    );
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The same mail server by way of the proxy, with which it stops. */
export const behind = (proxy: FaultProxy, server: TestMailServer): TestMailServer => ({
  ...server,
  sessionUrl: proxy.sessionUrl,
  stop: async () => {
    await proxy.close();
    await server.stop();
  },
});

/** None of what is no JMAP request: an upload. */
function callsIn(body: Buffer): MethodCall[] {
  try {
    return JSON.parse(body.toString("utf8")).methodCalls ?? [];
  } catch {
    return [];
  }
}

function breakOff(answer: ServerResponse, chunk: Buffer): void {
  answer.write(chunk.subarray(0, chunk.length / 2), () => answer.destroy());
}
