import { connect, type Socket } from "node:net";

// A process of its own that sends the same requests over and over on connections that stay open. It knows of HTTP no
// more than lengths and status, because whatever it costs is taken from the cores of those it measures.

/** What is to be asked, by so many connections at a time, each of which goes on with its one request. */
export interface Load {
  requests: {
    url: string;
    headers: Record<string, string> /** JSON, for a POST; else it is a GET. */;
    body?: string;
  }[];
  connections: number;
  seconds: number;
}

export interface Answers {
  answers: number;
  perSecond: number;
  /** Milliseconds. */
  p99: number;
}

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

process.on("message", async ({ requests, connections, seconds }: Load) => {
  const times: number[] = [];
  const begun = performance.now();
  const end = begun + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, (_, index) => {
      const { url, ...rest } = requests[index % requests.length] ?? { url: "", headers: {} };
      return askUntil(end, new URL(url), rest, times);
    }),
  );
  const elapsed = (performance.now() - begun) / 1000;
  times.sort((one, other) => one - other);
  const answers: Answers = {
    answers: times.length,
    perSecond: times.length / elapsed,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
  };
  process.send?.(answers);
});
process.once("disconnect", () => process.exit());
process.send?.("ready");

/** One connection that asks again as soon as it has its answer. */
function askUntil(
  end: number,
  { hostname, port, host, pathname, search }: URL,
  { headers, body }: Omit<Load["requests"][number], "url">,
  times: number[],
) {
  const content = body !== undefined && {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  const lines = Object.entries({ host, ...headers, ...content }).map(([name, value]) => `${name}: ${value}`);
  const start = `${content ? "POST" : "GET"} ${pathname}${search} HTTP/1.1`;
  const request = Buffer.from(`${start}\r\n${lines.join("\r\n")}${HEAD_END}${body ?? ""}`);
  return new Promise<void>((resolve, reject) => {
    let asked = performance.now();
    let missing = 0;
    const read = (chunk: Buffer) => {
      missing = missing > 0 ? missing - chunk.length : bodyLength(chunk) - (chunk.length - headLength(chunk));
      if (Number.isNaN(missing) || missing < 0) return void socket.destroy(new Error(`unexpected answer: ${chunk}`));
      if (missing === Infinity ? !chunk.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) : missing > 0) return;
      missing = 0;
      const now = performance.now();
      times.push(now - asked);
      if (now > end) return leave(socket, resolve);
      asked = now;
      socket.write(request);
    };
    // One buffer for all answers: a fresh one for each would be most of what this costs.
    const onread = {
      buffer: Buffer.alloc(65_536),
      callback: (length: number, buffer: Uint8Array) => {
        read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    };
    const socket: Socket = connect({ port: Number(port), host: hostname, noDelay: true, onread });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed")));
    socket.write(request);
  });
}

function leave(socket: Socket, resolve: () => void): void {
  socket.removeAllListeners("close");
  socket.destroy();
  resolve();
}

// Heads are small and written at once, so that they arrive whole.
const headLength = (chunk: Buffer): number => chunk.indexOf(HEAD_END) + HEAD_END.length;

/** Infinity for what comes in chunks, NaN for whatever is not a 200 with a length. */
function bodyLength(chunk: Buffer): number {
  const head = chunk.toString("latin1", 0, headLength(chunk));
  if (!head.startsWith("HTTP/1.1 200")) return Number.NaN;
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return Infinity;
  return Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
}
