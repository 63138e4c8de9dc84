import { z } from "zod";
import type { ApiContext } from "../context.ts";
import type { ApiMeta, ShopFace, Upload } from "../meta.ts";
import { type AnyProcedure, procedureTable } from "../procedure-table.ts";
import { runProcedure } from "../run-procedure.ts";
import { type FieldKind, fieldKind } from "./field-kind.ts";

/** A procedure as the REST face sees it; all that can be known beforehand is worked out once. */
export interface RestProcedure {
  /** `contacts.list` */
  name: string;
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** `/api/contacts/{id}` */
  path: string;
  /** Null for those of /api. */
  shop: ShopFace | null;
  /** Whether one has to be signed in. */
  protected: boolean;
  /** False for procedures that take nothing. */
  takesInput: boolean;
  /** The input's fields, and how their text is read. */
  fields: ReadonlyMap<string, FieldKind>;
  /** The body is this field as it stands, of one of these types. */
  upload: Upload | null;
  /** The body is a file that is passed on as it comes. */
  streamedUpload: { maxBytes: number } | null;
  /** The answer is a file. */
  isDownload: boolean;
  /** The answer is a file of one of these types. */
  fileTypes: readonly string[] | null;
  /** The answer is `{items, nextCursor}`. */
  isPage: boolean;
  successStatus: 200 | 201;
  /** An answer with this `status` is 202. */
  acceptedStatus: string | null;
  /** @throws TRPCError; `toServiceError` gives the coded one. */
  call(context: ApiContext, input: unknown, signal: AbortSignal | undefined): Promise<unknown>;
}

/** Every procedure that has a place in the REST face. */
export const restProcedures: readonly RestProcedure[] = [...procedureTable].flatMap(([name, procedure]) => {
  const { meta } = procedure._def;
  return meta?.openapi ? [toRestProcedure(name, procedure, meta, meta.openapi)] : [];
});

function toRestProcedure(
  name: string,
  procedure: AnyProcedure,
  meta: ApiMeta,
  { method, path, protect = true }: NonNullable<ApiMeta["openapi"]>,
): RestProcedure {
  const { type, inputs, output } = procedure._def;
  const [input] = inputs;
  const shape = input instanceof z.ZodObject ? input.shape : {};
  return {
    name,
    method,
    path,
    shop: meta.shop ?? null,
    protected: protect,
    takesInput: input instanceof z.ZodObject,
    fields: new Map(Object.entries(shape).map(([key, schema]) => [key, fieldKind(schema)])),
    upload: meta.upload ?? null,
    streamedUpload: meta.streamedUpload ?? null,
    isDownload: meta.download ?? false,
    fileTypes: meta.fileTypes ?? null,
    isPage: output instanceof z.ZodObject && "items" in output.shape && "nextCursor" in output.shape,
    successStatus: meta.successStatus ?? 200,
    acceptedStatus: meta.acceptedStatus ?? null,
    call: (ctx, value, signal) =>
      runProcedure(procedure, { ctx, getRawInput: async () => value, path: name, type, signal, batchIndex: 0 }),
  };
}
