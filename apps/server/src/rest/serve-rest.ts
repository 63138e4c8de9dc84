import { type ApiContext, aroundItems, type RestProcedure, restProcedures } from "@crm/api";
import { type FileStream, type Page, ServiceError } from "@crm/services";
import type { Handler } from "hono";
import { type ApiContextOptions, createApiContext } from "../http/api-context.ts";
import type { AppEnv } from "../http/app-env.ts";
import { methodNotAllowed } from "../http/method-not-allowed.ts";
import { sendJson } from "../http/send-json.ts";
import { pathFields, readInput } from "./read-input.ts";
import { RouteTable } from "./route-table.ts";
import { type Described, sendAttachment } from "./send-attachment.ts";
import { sendBare } from "./send-bare.ts";
import { sendFile } from "./send-file.ts";
import { openUpload } from "./streamed-upload.ts";

/** Serves the procedures as REST, each where its `meta.openapi` says. */
export function serveRest(options: ApiContextOptions): Handler<AppEnv> {
  const routes = new RouteTable(restProcedures);
  const names = new Map(restProcedures.map((procedure) => [procedure, pathFields(procedure)]));
  return async (c) => {
    const route = routes.match(c.req.path);
    if (!route) throw new ServiceError("NOT_FOUND");
    const procedure = route.procedures.get(c.req.method);
    if (!procedure) throw methodNotAllowed(c, route.allow);
    const door = procedure.shop ? "shop" : "api";
    const context = await createApiContext(c, options, { signedIn: procedure.protected, door });
    // Strangers are counted and turned away before their body is read: they are not to send us megabytes.
    if (procedure.protected && !isSignedIn(context)) await procedure.call(context, undefined, undefined);
    const input = await readInput(c, procedure, names.get(procedure) ?? [], route.values);
    if (procedure.streamedUpload) context.upload = openUpload(c, procedure.streamedUpload.maxBytes);
    const files: FileStream[] = [];
    if (procedure.fileTypes) context.sendFile = (given) => files.push(given);
    const data = await procedure.call(context, input, undefined);
    if (procedure.shop) return sendBare(c, procedure, data);
    const [file] = files;
    if (file) return sendFile(c, file);
    if (procedure.isDownload) return sendAttachment(c, context, input, data as Described);
    return sendJson(c, envelope(procedure, data), successStatus(procedure, data));
  };
}

const isSignedIn = ({ actor, profile }: ApiContext) => actor !== null || profile !== null;

function envelope(procedure: RestProcedure, data: unknown): string | Uint8Array<ArrayBuffer> {
  if (!procedure.isPage) return JSON.stringify({ success: true, data });
  const page = data as Page<unknown>;
  return aroundItems('{"success":true,"data":', page, `,"meta":${JSON.stringify({ nextCursor: page.nextCursor })}}`);
}

function successStatus({ acceptedStatus, successStatus }: RestProcedure, data: unknown): 200 | 201 | 202 {
  const isAccepted = acceptedStatus !== null && (data as { status?: string }).status === acceptedStatus;
  return isAccepted ? 202 : successStatus;
}
