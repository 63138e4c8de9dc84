import { appRouter, isTrpcRead, restProcedures, toServiceError, trpcRead } from "@crm/api";
import { ServiceError } from "@crm/services";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Handler } from "hono";
import { type ApiContextOptions, createApiContext } from "./api-context.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { inspectJson } from "./inspect-json.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { readJsonText } from "./read-json-body.ts";
import { sendJson } from "./send-json.ts";

const ENDPOINT = "/trpc";
const MAX_BATCH = 10;
/** Procedures that take a file in base64 may have a larger body, alone in their request: path and bytes. */
const LARGE_BODIES: ReadonlyMap<string, number> = new Map(
  restProcedures.flatMap(({ name, upload }) => (upload ? [[`${ENDPOINT}/${name}`, upload.maxBytes * 1.5]] : [])),
);

/** tRPC, behind the same doors as REST: JSON alone, of bounded size and depth, ten calls a request. */
export function serveTrpc(options: ApiContextOptions): Handler<AppEnv> {
  return async (c) => {
    const { method } = c.req;
    if (method !== "GET" && method !== "POST") throw methodNotAllowed(c, "GET, POST");
    const read = method === "GET" ? singleRead(c) : null;
    if (read !== null) {
      const input = c.req.query("input");
      inspectJson(input ?? "");
      const context = await createApiContext(c, options, { signedIn: true, door: "trpc" });
      return sendJson(c, await trpcRead(read, context, input));
    }
    const url = new URL(c.req.url);
    checkBatch(c, url);
    const req = method === "POST" ? await withCheckedBody(c, url) : withCheckedQuery(c, url);
    // Made before tRPC is asked, so that its failure has a request id and a log line too.
    const context = await createApiContext(c, options, { signedIn: true, door: "trpc" });
    const response = await fetchRequestHandler({
      endpoint: ENDPOINT,
      router: appRouter,
      req,
      maxBatchSize: MAX_BATCH,
      createContext: () => context,
      responseMeta: ({ errors }) => {
        const failures = errors.map(toServiceError);
        if (failures.length > 0) {
          c.set(
            "failures",
            failures.map(({ code }) => code),
          );
        }
        const waits = failures.map(({ retryAfter }) => retryAfter ?? 0);
        const longest = Math.max(0, ...waits);
        return longest > 0 ? { headers: new Headers({ "retry-after": String(longest) }) } : {};
      },
    });
    // tRPC's own Vary would take the place of the one that CORS has set.
    response.headers.append("vary", "Origin");
    return c.newResponse(response.body, response);
  };
}

/** The procedure of a request that is nothing but one read, as all but the clients that batch or stream send them. */
function singleRead(c: AppContext): string | null {
  const name = c.req.path.slice(`${ENDPOINT}/`.length);
  const isPlain = c.req.query("batch") === undefined && c.req.header("trpc-accept") === undefined;
  return isPlain && !/jsonl/i.test(c.req.header("accept") ?? "") && isTrpcRead(name) ? name : null;
}

function checkBatch(c: AppContext, url: URL): void {
  if (url.searchParams.get("batch") !== "1") return;
  const calls = url.pathname.split(",").length;
  const refuse = (message: string) => new ServiceError("VALIDATION_ERROR", { details: [{ path: "batch", message }] });
  if (calls > MAX_BATCH) throw refuse(`must not hold more than ${MAX_BATCH} calls`);
  if (calls > 1 && c.req.header("idempotency-key") !== undefined) throw refuse("an idempotency key is for one call");
}

async function withCheckedBody(c: AppContext, url: URL): Promise<Request> {
  const text = await readJsonText(c, LARGE_BODIES.get(url.pathname));
  const headers = new Headers(c.req.raw.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  return new Request(c.req.url, { method: "POST", headers, body: text ?? "{}", signal: c.req.raw.signal });
}

function withCheckedQuery(c: AppContext, url: URL): Request {
  inspectJson(url.searchParams.get("input") ?? "");
  return c.req.raw;
}
