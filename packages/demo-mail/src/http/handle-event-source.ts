import type { IncomingMessage, ServerResponse } from "node:http";
import { RequestError } from "../protocol/errors.ts";
import type { Account } from "../store/account.ts";
import { DATA_TYPES, type DataType } from "../store/change-log.ts";

/** Seconds between pings, whatever the client asks for. */
const MIN_PING = 1;
const MAX_PING = 3600;

/** Push over EventSource (RFC 8620 §7.3). The id of an event is the account's position, so that a client can resume. */
export function handleEventSource(
  account: Account,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const types = readTypes(query.get("types") ?? "*");
  const closeAfterState = query.get("closeafter") === "state";
  const ping = Number(query.get("ping") ?? 0);
  if (!Number.isSafeInteger(ping) || ping < 0) throw new RequestError(null, 400, "ping takes whole seconds");
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();

  const { changes } = account;
  const lastEventId = request.headers["last-event-id"];
  let position = typeof lastEventId === "string" && lastEventId !== "" ? lastEventId : changes.position();
  const sendState = (): void => {
    // A slow reader gets the latest state once it reads on, never a queue of old ones.
    if (response.writableNeedDrain) return;
    const changed = changes.typesSince(position).filter((type) => types.has(type));
    position = changes.position();
    if (changed.length === 0) return;
    const states = Object.fromEntries(changed.map((type) => [type, account.state(type)]));
    send(response, "state", { "@type": "StateChange", changed: { [account.id]: states } }, position);
    if (closeAfterState) response.end();
  };
  const stopListening = account.onChange(sendState);
  response.on("drain", sendState);
  const interval = Math.min(MAX_PING, Math.max(MIN_PING, ping));
  const timer =
    ping > 0
      ? setInterval(() => !response.writableNeedDrain && send(response, "ping", { interval }), interval * 1000)
      : null;
  response.on("close", () => {
    stopListening();
    if (timer) clearInterval(timer);
  });
  sendState();
}

function send(response: ServerResponse, event: string, data: unknown, id?: string): void {
  if (response.writableEnded) return;
  response.write(`event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}

function readTypes(list: string): ReadonlySet<DataType> {
  if (list === "*" || list === "") return new Set(DATA_TYPES);
  const wanted = list.split(",");
  return new Set(DATA_TYPES.filter((type) => wanted.includes(type)));
}
