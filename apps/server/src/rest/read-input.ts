import type { FieldKind, RestProcedure } from "@crm/api";
import { ServiceError } from "@crm/services";
import type { AppContext } from "../http/app-env.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import { readFileHeaders } from "./read-file-headers.ts";
import { readUpload } from "./read-upload.ts";

type Fields = Record<string, unknown>;

/** Which fields of a procedure's input its path carries, in order. */
export const pathFields = ({ path }: RestProcedure): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");

/**
 * A procedure's input: reads take it from path and query, writes from path and body (files aside). Nothing may come twice.
 * @throws ServiceError VALIDATION_ERROR, and what reading the body throws.
 */
export async function readInput(
  c: AppContext,
  procedure: RestProcedure,
  names: readonly string[],
  values: readonly string[],
): Promise<Fields | undefined> {
  const isRead = procedure.method === "GET";
  const query = readQuery(c, procedure.fields);
  const { upload } = procedure;
  // A body that is a file leaves no place for the other fields than the query.
  const inQuery = isRead || upload !== null;
  const misplaced = Object.keys(query).filter((name) => !inQuery || isOfUpload(upload, name));
  const given = isRead ? query : { ...(upload && query), ...(await readBodyOf(c, procedure)) };
  if (!procedure.takesInput) misplaced.push(...Object.keys(given));
  for (const name of names) if (Object.hasOwn(given, name)) misplaced.push(name);
  if (misplaced.length > 0) throw refusal(misplaced, "is not known here");
  if (!procedure.takesInput) return undefined;
  if (names.length === 0) return given;
  return { ...given, ...Object.fromEntries(names.map((name, index) => [name, decode(name, values[index] ?? "")])) };
}

const isOfUpload = (upload: RestProcedure["upload"], name: string): boolean =>
  name === upload?.field || name === upload?.text?.typeField;

async function readBodyOf(c: AppContext, { upload, streamedUpload }: RestProcedure): Promise<Fields> {
  if (streamedUpload) return { ...readFileHeaders(c) };
  return upload ? readUpload(c, upload) : readJsonBody(c);
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw refusal([name], "is not properly encoded");
  }
}

function readQuery(c: AppContext, fields: ReadonlyMap<string, FieldKind>): Fields {
  const { url } = c.req;
  const start = url.indexOf("?");
  if (start === -1) return {};
  const parameters = new URLSearchParams(url.slice(start));
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(
    names.map((name) => [name, readParameter(name, parameters.getAll(name), fields.get(name))]),
  );
}

function readParameter(name: string, texts: readonly string[], kind: FieldKind | undefined): unknown {
  if (texts.some((text) => text.includes("\0"))) throw refusal([name], "must not contain a NUL character");
  // Given twice, a single value is refused by the schema.
  return kind === "list" || texts.length > 1 ? texts : read(texts[0] ?? "", kind);
}

/** What does not read as its kind stays text, which the schema then refuses in its own words. */
function read(text: string, kind: FieldKind | undefined): unknown {
  if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (kind === "number" && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  return text;
}

const refusal = (paths: readonly string[], message: string) =>
  new ServiceError("VALIDATION_ERROR", { details: paths.map((path) => ({ path, message })) });
