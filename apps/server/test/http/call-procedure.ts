import { procedureTable, type RestProcedure, restProcedures } from "@crm/api";
import type { z } from "zod";

/** A procedure as tests of the whole router see it. */
export interface Procedure {
  /** `contacts.list` */
  name: string;
  type: "query" | "mutation" | "subscription";
  /** An API key needs one of them. */
  scopes: readonly string[];
  input: z.ZodType;
  output: z.ZodType;
  rest: RestProcedure;
}

/** Every procedure that there is. @throws Error for one without input, output or place in the REST face. */
export const PROCEDURES: readonly Procedure[] = [...procedureTable].map(([name, { _def }]) => {
  const { type, inputs, output, meta } = _def;
  // The stream stands beside the list that gives the same.
  const rest = restProcedures.find((procedure) => procedure.name === name.replace(/^events\.stream$/, "events.list"));
  const [input] = inputs;
  if (!input || !output || !rest) throw new Error(`${name} lacks an input, an output or a REST path`);
  return { name, type, scopes: [meta?.scope ?? []].flat(), input, output, rest };
});

export interface Answer {
  status: number;
  /** Our reason code; null when it went well. */
  code: string | null;
  /** As REST and tRPC alike mean it: what the procedure gave. */
  data: unknown;
  text: string;
}

type Fields = Record<string, unknown>;
export type Call = (url: string, procedure: Procedure, input: unknown, token: string | null) => Promise<Answer>;

export const FACES: Readonly<Record<"REST" | "tRPC", Call>> = { REST: callRest, tRPC: callTrpc };

async function callRest(url: string, procedure: Procedure, input: unknown, token: string | null): Promise<Answer> {
  const { rest } = procedure;
  if (procedure.type === "subscription") return callStream(url + rest.path, input, token);
  const fields: Fields = isFields(input) ? { ...input } : {};
  const path = rest.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    delete fields[name];
    return segment(typeof value === "string" ? value : JSON.stringify(value ?? null));
  });
  const headers: Record<string, string> = { ...bearer(token), accept: "application/json" };
  const init: RequestInit = { method: rest.method, headers };
  let query = "";
  if (rest.method === "GET") query = toQuery(fields);
  else if (rest.upload) {
    const { field, types, text: isText } = rest.upload;
    const { [field]: file, [isText?.typeField ?? ""]: type, ...others } = fields;
    headers["content-type"] = types.find((one) => one === type) ?? types[0] ?? "";
    init.body = Buffer.from(String(file).toWellFormed(), isText ? "utf8" : "base64");
    query = toQuery(others);
  } else if (!rest.streamedUpload && (!isFields(input) || Object.keys(fields).length > 0)) {
    if (input !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(isFields(input) ? fields : input);
    }
  }
  if (rest.streamedUpload) {
    const { name, type, content } = fields;
    headers["content-type"] = isHeader(type) ? type : "application/octet-stream";
    if (typeof name === "string") headers["content-disposition"] = `attachment; filename*=UTF-8''${segment(name)}`;
    init.body = Buffer.from(String(content), "base64");
  }
  const response = await fetch(url + path + query, init);
  const text = await response.text();
  if (rest.isDownload && response.ok) return { status: response.status, code: null, data: undefined, text };
  if (rest.fileTypes && response.ok) return { status: response.status, code: null, data: text, text };
  if (rest.shop) return readBare(procedure, response, text);
  const { success, code = null, data, meta } = JSON.parse(text);
  return { status: response.status, code, data: success && rest.isPage ? { items: data, ...meta } : data, text };
}

/** What the shop's face answers, told as the others tell it. */
function readBare({ rest }: Procedure, { status, ok, headers }: Response, text: string): Answer {
  if (!ok) return { status, code: String(JSON.parse(text).code).toUpperCase(), data: undefined, text };
  if (rest.shop?.empty) return { status, code: null, data: undefined, text };
  const data: unknown = JSON.parse(text);
  if (!rest.isPage) return { status, code: null, data, text };
  const next = /^<([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
  const nextCursor = next === undefined ? null : new URL(next, "http://shop").searchParams.get("cursor");
  return { status, code: null, data: { items: data, nextCursor }, text };
}

async function callTrpc(url: string, { name, type }: Procedure, input: unknown, token: string | null): Promise<Answer> {
  const wire = JSON.stringify(input === undefined ? {} : { json: input });
  const query = `${url}/trpc/${name}?input=${encodeURIComponent(wire)}`;
  if (type === "subscription") return callStream(query, input, token);
  const response =
    type === "query"
      ? await fetch(query, { headers: bearer(token) })
      : await fetch(`${url}/trpc/${name}`, {
          method: "POST",
          headers: { ...bearer(token), "content-type": "application/json" },
          body: wire,
        });
  const text = await response.text();
  const { result, error } = JSON.parse(text);
  return { status: response.status, code: error?.json.data.reason ?? null, data: result?.data.json, text };
}

/** A stream from the `lastEventId` of the input on, until something has come of it: an event or an error. */
async function callStream(url: string, input: unknown, token: string | null): Promise<Answer> {
  const { lastEventId } = isFields(input) ? input : {};
  const response = await fetch(url, { headers: { ...bearer(token), "last-event-id": String(lastEventId) } });
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/^(?:event: serialized-error|data: \{"(?:id|json)).*\n\n/ms.test(text)) break;
  }
  const refusal = /"(?:code|reason)":"([A-Z_]+)","(?:requestId|details|path)"/.exec(text)?.[1];
  const code = response.ok && !text.includes("serialized-error") ? null : (refusal ?? "unknown");
  return { status: code === null ? response.status : 400, code, data: null, text };
}

// Nothing, one dot or two would make it another path.
const segment = (value: string) => encodeURIComponent(/^\.{0,2}$/.test(value) ? " " : value.toWellFormed());

const isHeader = (value: unknown): value is string => typeof value === "string" && /^[\x21-\x7e]+$/.test(value);

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

function toQuery(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, asText(item)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
