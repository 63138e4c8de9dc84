import { type Desk, nextNumber, notFound } from "./desk.ts";
import type { CrmEvent } from "./fake-types.ts";
import { errorOf } from "./wire.ts";

/** Answers what the client asks over REST: files, and the stream of events. */
export async function answerRest(request: Request, desk: Desk): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/api/events") return eventStream(request, desk, searchParams.getAll("types"));
  if (pathname === "/api/emails/attachments" && request.method === "POST") {
    const blobId = `B${nextNumber()}`;
    const type = request.headers.get("content-type") ?? "application/octet-stream";
    const [, encoded = "attachment"] =
      /filename\*=UTF-8''(\S+)/.exec(request.headers.get("content-disposition") ?? "") ?? [];
    const file = new Blob([await request.arrayBuffer()], { type });
    desk.files.set(blobId, file);
    const data = { blobId, name: decodeURIComponent(encoded), type, size: file.size };
    return Response.json({ success: true, data }, { status: 201 });
  }
  const [, blobId = ""] = /^\/api\/emails\/[^/]+\/attachments\/([^/]+)$/.exec(pathname) ?? [];
  const file = desk.files.get(decodeURIComponent(blobId));
  return file ? new Response(file) : errorOf(notFound()).asRest();
}

/** The server-sent format: what came after `Last-Event-ID`, and then whatever comes. */
function eventStream(request: Request, desk: Desk, types: readonly string[]): Response {
  const after = request.headers.get("last-event-id");
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      const write = (event: CrmEvent) => {
        if (types.length > 0 && !types.includes(event.type)) return;
        const lines = `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
        controller.enqueue(encoder.encode(lines));
      };
      controller.enqueue(encoder.encode(`: position ${after ?? desk.events.length}\n\n`));
      if (after !== null) for (const event of desk.events) if (Number(event.id) > Number(after)) write(event);
      desk.listeners.add(write);
      stop = () => void desk.listeners.delete(write);
      request.signal.addEventListener("abort", () => {
        stop();
        controller.error(request.signal.reason);
      });
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
