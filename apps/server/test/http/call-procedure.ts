import { procedureTable, type RestProcedure, restProcedures } from "@crm/api";
import type { z } from "zod";

/** A procedure as tests of the whole router see it. */
export interface Procedure {
  /** `contacts.list` */
  name: string;
  type: "query" | "mutation";
  scope: string | undefined;
  input: z.ZodType;
  output: z.ZodType;
  rest: RestProcedure;
}

/** Every procedure that there is. @throws Error for one without input, output or place in the REST face. */
export const PROCEDURES: readonly Procedure[] = [...procedureTable].map(([name, { _def }]) => {
  const { type, inputs, output, meta } = _def;
  const rest = restProcedures.find((procedure) => procedure.name === name);
  const [input] = inputs;
  if (!input || !output || !rest) throw new Error(`${name} lacks an input, an output or a REST path`);
  if (type === "subscription") throw new Error(`${name} is no call`);
  return { name, type, scope: meta?.scope, input, output, rest };
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

async function callRest(url: string, { rest }: Procedure, input: unknown, token: string | null): Promise<Answer> {
  const fields: Fields = isFields(input) ? { ...input } : {};
  const path = rest.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    delete fields[name];
    return segment(typeof value === "string" ? value : JSON.stringify(value ?? null));
  });
  const headers: Record<string, string> = bearer(token);
  const init: RequestInit = { method: rest.method, headers };
  let query = "";
  if (rest.method === "GET") query = toQuery(fields);
  else if (rest.upload) {
    headers["content-type"] = rest.upload.types[0] ?? "";
    init.body = Buffer.from(String(fields[rest.upload.field]), "base64");
  } else if (!isFields(input) || Object.keys(fields).length > 0) {
    if (input !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(isFields(input) ? fields : input);
    }
  }
  const response = await fetch(url + path + query, init);
  const text = await response.text();
  const { success, code = null, data, meta } = JSON.parse(text);
  return { status: response.status, code, data: success && rest.isPage ? { items: data, ...meta } : data, text };
}

async function callTrpc(url: string, { name, type }: Procedure, input: unknown, token: string | null): Promise<Answer> {
  const wire = JSON.stringify(input === undefined ? {} : { json: input });
  const response =
    type === "query"
      ? await fetch(`${url}/trpc/${name}?input=${encodeURIComponent(wire)}`, { headers: bearer(token) })
      : await fetch(`${url}/trpc/${name}`, {
          method: "POST",
          headers: { ...bearer(token), "content-type": "application/json" },
          body: wire,
        });
  const text = await response.text();
  const { result, error } = JSON.parse(text);
  return { status: response.status, code: error?.json.data.reason ?? null, data: result?.data.json, text };
}

// Nothing, one dot or two would make it another path.
const segment = (value: string) => encodeURIComponent(/^\.{0,2}$/.test(value) ? " " : value.toWellFormed());

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
