import { JmapRequestError } from "./errors.ts";
import { isRecord } from "./is-record.ts";
import type { Invocation } from "./jmap-client.ts";
import type { Limits } from "./session.ts";

const READS: ReadonlySet<string> = new Set(["get", "changes", "query", "queryChanges", "parse", "echo", "lookup"]);

/** Which capability each type of object belongs to; the core is always named (RFC 8620 §3.3, RFC 8621 §1.3). */
const CAPABILITY_OF: Readonly<Record<string, string>> = {
  Mailbox: "urn:ietf:params:jmap:mail",
  Thread: "urn:ietf:params:jmap:mail",
  Email: "urn:ietf:params:jmap:mail",
  SearchSnippet: "urn:ietf:params:jmap:mail",
  Identity: "urn:ietf:params:jmap:submission",
  EmailSubmission: "urn:ietf:params:jmap:submission",
  VacationResponse: "urn:ietf:params:jmap:vacationresponse",
};

const LIMIT = "urn:ietf:params:jmap:error:limit";

/** Whether every call only reads, so that running them twice does no harm. */
export const onlyReads = (calls: readonly Invocation[]): boolean =>
  calls.every(([method]) => READS.has(verbOf(method)));

/**
 * The request as it goes over the wire.
 * @throws JmapRequestError `…:limit` for what the server would refuse: some servers then drop the whole batch
 */
export function serializeRequest(calls: readonly Invocation[], limits: Limits): string {
  refuseOver("maxCallsInRequest", calls.length, limits);
  for (const [method, args] of calls) refuseTooManyObjects(verbOf(method), args as Record<string, unknown>, limits);
  const using = new Set(["urn:ietf:params:jmap:core"]);
  for (const [method] of calls) {
    const capability = CAPABILITY_OF[method.slice(0, method.indexOf("/"))];
    if (capability) using.add(capability);
    // Its implicit Email/set is a call of the mail capability.
    if (method === "EmailSubmission/set") using.add("urn:ietf:params:jmap:mail");
  }
  const body = JSON.stringify({ using: [...using], methodCalls: calls });
  refuseOver("maxSizeRequest", Buffer.byteLength(body), limits);
  return body;
}

function refuseTooManyObjects(verb: string, args: Record<string, unknown>, limits: Limits): void {
  if (verb === "get" && Array.isArray(args.ids)) refuseOver("maxObjectsInGet", args.ids.length, limits);
  if (verb !== "set" && verb !== "import") return;
  const counts = [args.create, args.update, args.emails].map((map) => (isRecord(map) ? Object.keys(map).length : 0));
  const destroyed = Array.isArray(args.destroy) ? args.destroy.length : 0;
  refuseOver(
    "maxObjectsInSet",
    counts.reduce((sum, count) => sum + count, destroyed),
    limits,
  );
}

function refuseOver(limit: keyof Limits, count: number, limits: Limits): void {
  if (count > limits[limit]) {
    throw new JmapRequestError(LIMIT, { limit, detail: `${count} are more than the ${limits[limit]} allowed` });
  }
}

const verbOf = (method: string): string => method.slice(method.indexOf("/") + 1);
