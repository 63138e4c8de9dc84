import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (incoming: IncomingMessage, response: ServerResponse) => void;

/** A mail server whose files come and go as a test says; everything else is passed on to a real one. */
export interface MailProxy {
  sessionUrl: string;
  /** Answers downloads and uploads in the real server's place; null: it answers itself. */
  onDownload: Answer | null;
  onUpload: Answer | null;
  stop(): Promise<void>;
}

export async function startMailProxy(sessionUrl: string): Promise<MailProxy> {
  const target = new URL(sessionUrl);
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? "/";
    const answer = path.includes("/download/") ? proxy.onDownload : path.includes("/upload/") ? proxy.onUpload : null;
    if (answer) answer(incoming, response);
    else pass(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: MailProxy = {
    sessionUrl: origin + target.pathname,
    onDownload: null,
    onUpload: null,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? "/", target), {
      method,
      headers: { ...headers, host: target.host },
    });
    onward.on("error", () => response.destroy());
    onward.on("response", async (answer) => {
      const isSession = incoming.url === target.pathname;
      if (!isSession) return void answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
      // The session names the real server's addresses.
      const session = (await new Response(answer as never).text()).replaceAll(target.origin, origin);
      response.writeHead(answer.statusCode ?? 502, { "content-type": "application/json" }).end(session);
    });
    incoming.pipe(onward);
  }
}
