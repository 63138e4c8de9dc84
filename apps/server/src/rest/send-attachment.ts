import type { ApiContext } from "@crm/api";
import { attachmentInput } from "@crm/schemas";
import { openAttachment } from "@crm/services";
import { create } from "content-disposition";
import type { AppContext } from "../http/app-env.ts";
import { breakingOff } from "../http/break-off.ts";

/** The output of `emails.attachment`, as far as it is told in headers. */
export interface Described {
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

/**
 * Answers with a file of a message, streamed from the mail server, as a download that nothing runs.
 * @param described what the procedure said of it, after every check that there is
 */
export async function sendAttachment(
  c: AppContext,
  { dependencies, actor }: ApiContext,
  input: unknown,
  described: Described,
): Promise<Response> {
  if (!actor) throw new Error("the attachment was given to nobody");
  if (c.req.method === "HEAD") {
    setHeaders(c, described);
    c.header("Content-Length", String(described.size));
    return c.body(null);
  }
  const { body, length } = await openAttachment(dependencies, actor, attachmentInput.parse(input), c.req.raw.signal);
  // Not before the mail server has it: an error must not be saved as the file.
  setHeaders(c, described);
  if (length !== null) c.header("Content-Length", String(length));
  const passedOn = breakingOff(c, body, (err) => {
    if (c.req.raw.signal.aborted) return;
    dependencies.logger.warn({ err, requestId: c.get("caller").requestId }, "a download was broken off");
  });
  return c.body(passedOn);
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
