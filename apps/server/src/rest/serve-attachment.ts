import { restProcedures } from "@crm/api";
import { attachmentInput } from "@crm/schemas";
import { type Actor, type Dependencies, openAttachment } from "@crm/services";
import { create } from "content-disposition";
import { type ApiContextOptions, createApiContext } from "../http/api-context.ts";
import type { AppContext, AppMiddleware } from "../http/app-env.ts";
import { breakingOff } from "../http/break-off.ts";
import { pathFields, readInput } from "./read-input.ts";

interface Described {
  name: string | null;
  type: string;
  size: number;
}

/** What a browser would run or take for a page, and whatever is no media type at all, comes as bytes. */
const ACTIVE =
  /^(?:text\/(?:html|xml|xsl|javascript|ecmascript)|application\/(?:xhtml\+xml|xml|javascript|ecmascript|x-javascript|x-shockwave-flash|pkcs7-mime)|multipart\/.*|message\/.*|.*\+xml)$/;
const MEDIA_TYPE = /^[\w.+-]{1,127}\/[\w.+-]{1,127}$/;
/** What a name cannot hold on some system, and what makes it look like another one: bidi marks, invisible characters. */
const MISLEADING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu;
const MAX_NAME = 150;

/** Files in mail, streamed from the mail server to whoever owns the message, as downloads that nothing runs. */
export function serveAttachment(options: ApiContextOptions): AppMiddleware {
  const procedure = restProcedures.find(({ name }) => name === "emails.attachment");
  if (!procedure) throw new Error("there is no procedure for attachments");
  const names = pathFields(procedure);
  return async (c, next) => {
    const isHead = c.req.method === "HEAD";
    if (c.req.method !== "GET" && !isHead) return next();
    const context = await createApiContext(c, options, { signedIn: true });
    const [, , , jmapId = "", , blobId = ""] = c.req.path.split("/");
    const input = context.actor ? await readInput(c, procedure, names, [jmapId, blobId]) : undefined;
    // The procedure says what it is, and makes every check there is before the mail server hears of it.
    const attachment = (await procedure.call(context, input, c.req.raw.signal)) as Described;
    const { actor, dependencies } = context;
    if (!actor) throw new Error("the attachment was given to nobody");
    setHeaders(c, attachment);
    if (isHead) {
      c.header("Content-Length", String(attachment.size));
      return c.body(null);
    }
    const key = attachmentInput.parse(input);
    return c.body(await open(c, dependencies, actor, key));
  };
}

function setHeaders(c: AppContext, { name, type }: Described): void {
  const isHarmless = MEDIA_TYPE.test(type) && !ACTIVE.test(type.toLowerCase());
  c.header("Content-Type", isHarmless ? type : "application/octet-stream");
  c.header("Content-Disposition", create(safeName(name)));
  c.header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  c.header("Accept-Ranges", "none");
  // The front end may be served from another port or subdomain, and shows inline pictures by `<img>`.
  c.header("Cross-Origin-Resource-Policy", "same-site");
}

function safeName(name: string | null): string {
  const safe = [...(name ?? "").toWellFormed().replace(MISLEADING, " ").replace(/\s+/g, " ")];
  const end = safe.length > MAX_NAME ? safe.slice(-20) : [];
  const cut = [...safe.slice(0, MAX_NAME - end.length), ...end].join("").replace(/^[\s.]+|[\s.]+$/g, "");
  return cut === "" ? "attachment" : cut;
}

async function open(
  c: AppContext,
  dependencies: Dependencies,
  actor: Actor,
  key: Parameters<typeof openAttachment>[2],
): Promise<ReadableStream<Uint8Array>> {
  const { body, length } = await openAttachment(dependencies, actor, key, c.req.raw.signal);
  if (length !== null) c.header("Content-Length", String(length));
  return breakingOff(c, body, (err) => {
    if (c.req.raw.signal.aborted) return;
    dependencies.logger.warn({ err, requestId: c.get("caller").requestId }, "a download was broken off");
  });
}
