import { appRouter } from "../app-router.ts";
import { procedureTable } from "../procedure-table.ts";
import { type RestProcedure, restProcedures } from "../rest/rest-procedures.ts";
import { avatarOperation } from "./avatar-operation.ts";
import { errorResponses, errorSchema, shopErrorSchema, takesKey } from "./error-responses.ts";

const DESCRIPTION = `Everything the CRM can do. Success is \`{"success": true, "data": …}\`, lists carry
\`meta.nextCursor\`; errors are \`{"success": false, "error", "code", "requestId"}\`. Sign in for a pair of cookies, or send
the access token as \`Authorization: Bearer\`. Unknown keys are refused.

Profiles are the shop's customers, at the root: JSON without an envelope, errors \`{"code", "error"}\`, tokens of their own.`;

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "The same key and body answer as the first time did, for 24 hours, with `Idempotent-Replay: true`.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
} as const;

const CONTENT_DISPOSITION = {
  name: "Content-Disposition",
  in: "header",
  required: false,
  description: "The file's name (RFC 6266).",
  schema: { type: "string", example: 'attachment; filename="offer.pdf"' },
} as const;

const NEXT_PAGE = {
  description: 'The next page, where there is one: `</profiles?cursor=…>; rel="next"` (RFC 8288).',
  schema: { type: "string" },
} as const;

const FILE = { schema: { type: "string", format: "binary" } };
const TEXT = { schema: { type: "string" } };

type Json = Record<string, unknown>;
interface Operation extends Json {
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { description?: string; content: Record<string, { schema: Json }> }>;
  parameters?: object[];
}

const ERRORS = { Error: errorSchema, ShopError: shopErrorSchema };

let built: Promise<Json> | undefined;

/** The OpenAPI 3.1 document of the REST face. Built at the first call, the same object afterwards. */
export function buildOpenApiDocument(): Promise<Json> {
  built ??= build();
  return built;
}

async function build(): Promise<Json> {
  // Nobody but the reader of the document waits for its generator to load.
  const { generateOpenApiDocument } = await import("trpc-to-openapi");
  // Typed for whoever reads a document; here its parts are taken out, described and put back.
  const document = generateOpenApiDocument(appRouter, {
    title: "CRM",
    description: DESCRIPTION,
    version: "1.0.0",
    openApiVersion: "3.1.0",
    baseUrl: "/",
    tags: ["Auth", "Admin", "Contacts", "Emails", "Events", "Profiles"],
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "The access token, or an API key." },
      profile: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description: "The token of a profile, or an admin's access token or API key.",
      },
      cookie: { type: "apiKey", in: "cookie", name: "accessToken", description: "Set by signing in." },
    },
  }) as unknown as Json;
  const paths = document.paths as Record<string, Record<string, Operation>>;
  for (const procedure of restProcedures) {
    const operations = paths[procedure.path];
    const method = procedure.method.toLowerCase();
    const operation = operations?.[method];
    if (!operations || !operation) continue;
    const described = describe(operation, procedure);
    operations[method] = described;
    if (procedure.shop?.alsoGet) operations.get = { ...described, operationId: `${procedure.name}.get` };
  }
  // Written by hand as a constant, whose literal types are narrower than an operation's.
  paths[avatarOperation.path] = { get: avatarOperation.get as unknown as Operation };
  const components = document.components as { schemas?: Json };
  // Without the generator's own errors, which nothing here answers with.
  const own = Object.entries(components.schemas ?? {}).filter(([name]) => !name.startsWith("error."));
  return { ...document, components: { ...components, schemas: { ...Object.fromEntries(own), ...ERRORS } } };
}

/** The generator knows bare answers and its own errors; ours stand in the envelope. */
function describe({ requestBody, ...operation }: Operation, procedure: RestProcedure): Operation {
  const { meta } = procedureTable.get(procedure.name)?._def ?? {};
  const data = operation.responses["200"]?.content["application/json"]?.schema ?? {};
  const success = {
    description: "Done.",
    ...(!procedure.shop?.empty && {
      content: answerOf(procedure) ?? { ...json(answer(data, procedure)), ...texts(meta?.otherTypes ?? []) },
    }),
    ...(procedure.shop && procedure.isPage && { headers: { Link: NEXT_PAGE } }),
  };
  const types = procedure.streamedUpload ? ["application/octet-stream"] : procedure.upload?.types;
  const body = types ? { required: true, content: files(types) } : requestBody;
  const parameters = [
    ...uploadParameters(procedure, requestBody),
    ...(operation.parameters ?? []),
    ...(procedure.streamedUpload ? [CONTENT_DISPOSITION] : []),
    ...(takesKey(procedure) ? [IDEMPOTENCY_KEY] : []),
  ];
  const scopes = [meta?.scope ?? []].flat().map((scope) => `\`${scope}\``);
  const scope = scopes.length > 0 && `API keys need the scope ${scopes.join(" or ")}.`;
  const description = [operation.description, scope].filter((text) => typeof text === "string").join("\n\n");
  return {
    ...operation,
    ...(description !== "" && { description }),
    operationId: procedure.name,
    security: securityOf(procedure),
    ...(parameters.length > 0 && { parameters }),
    ...(body && procedure.takesInput && { requestBody: body }),
    responses: {
      [procedure.successStatus]: success,
      ...(procedure.acceptedStatus && { 202: { ...success, description: "It goes on in the background." } }),
      ...errorResponses(procedure, meta?.errors ?? []),
    } as Operation["responses"],
  };
}

const json = (schema: Json) => ({ "application/json": { schema } });

function securityOf({ protected: isProtected, shop }: RestProcedure): object[] {
  if (!isProtected) return [];
  return shop ? [{ profile: [] }] : [{ bearer: [] }, { cookie: [] }];
}

/** In its envelope, or for a shop as it is. */
function answer(data: Json, { shop, isPage }: RestProcedure): Json {
  if (!shop) return envelope(data, isPage);
  const { items } = (data.properties ?? {}) as { items?: Json };
  return isPage && items ? items : data;
}

function envelope(data: Json, isPage: boolean): Json {
  const { items, nextCursor } = (data.properties ?? {}) as { items?: Json; nextCursor?: Json };
  if (!isPage || !items || !nextCursor) return wrapped({ success: { const: true }, data });
  const meta = { type: "object", required: ["nextCursor"], properties: { nextCursor } };
  return wrapped({ success: { const: true }, data: items, meta });
}

const texts = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, TEXT]));
const files = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, FILE]));

/** Of an answer that is a file. */
function answerOf({ isDownload, fileTypes }: RestProcedure) {
  if (fileTypes) return files(fileTypes);
  return isDownload ? files(["*/*"]) : null;
}

/** Where the body is a file, what else there is to say stands in the query. */
function uploadParameters({ upload }: RestProcedure, body: Operation["requestBody"]): object[] {
  if (!upload) return [];
  const properties = (body?.content["application/json"]?.schema.properties ?? {}) as Record<string, Json>;
  return Object.entries(properties)
    .filter(([name]) => name !== upload.field && name !== upload.text?.typeField)
    .map(([name, schema]) => ({ name, in: "query", required: false, schema }));
}

const wrapped = (properties: Json): Json => ({ type: "object", required: Object.keys(properties), properties });
