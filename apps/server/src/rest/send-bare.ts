import { aroundItems, type RestProcedure } from "@crm/api";
import type { Page } from "@crm/services";
import type { AppContext } from "../http/app-env.ts";
import { sendJson } from "../http/send-json.ts";

/** Answers as a shop is answered: what there is, and nothing around it. */
export function sendBare(c: AppContext, { shop, isPage, successStatus }: RestProcedure, data: unknown): Response {
  if (shop?.empty) return c.body(null, successStatus);
  if (!isPage) return c.json(data as object, successStatus);
  const page = data as Page<unknown>;
  const { nextCursor } = page;
  if (nextCursor !== null) c.header("Link", `<${nextPage(c, nextCursor)}>; rel="next"`);
  return sendJson(c, aroundItems("", page, ""), successStatus);
}

/** Relative (RFC 8288 §3.1), because a proxy in front may know us by another scheme, host and port than we do. */
function nextPage(c: AppContext, cursor: string): string {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", cursor);
  return url.pathname + url.search;
}
