import { buildOpenApiDocument } from "@crm/api";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

interface DocumentedResponse {
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, object>;
}
interface Operation {
  operationId: string;
  responses: Record<string, DocumentedResponse>;
}
interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
}

/** Served beside the API, and in no document. */
const OPS_PATHS = /^\/api\/(?:openapi\.json$|docs(?:\/|$))/;
const DOCUMENT = "openapi.json";

/** Once a process: the document takes longer to make than most tests. */
let loaded: Promise<{ document: OpenApiDocument; validatorAt(...pointer: string[]): ValidateFunction }> | undefined;
async function load() {
  // Its type is any OpenAPI document's; what tests read of it is narrower.
  const document = (await buildOpenApiDocument()) as unknown as OpenApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: DOCUMENT });
  const validators = new Map<string, ValidateFunction>();
  // Schemas are compiled where they are needed, most tests need few; a JSON pointer (RFC 6901) leads to each.
  const validatorAt = (...path: string[]) => {
    const pointer = path.map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
    validators.set(pointer, validate);
    return validate;
  };
  return { document, validatorAt };
}

/** Compares what a server answers with what the OpenAPI document says of it. */
export class RestContract {
  /** Operations that were answered, with the status: `contacts.list 200`. */
  readonly answered = new Set<string>();
  /** One sentence for each answer that is not as documented. */
  readonly #broken = new Set<string>();

  /** The answer, unchanged, after it was looked at. */
  async check({ method, url }: Pick<Request, "method" | "url">, response: Response): Promise<Response> {
    const path = new URL(url).pathname;
    if (method === "OPTIONS" || OPS_PATHS.test(path)) return response;
    loaded ??= load();
    const { document, validatorAt } = await loaded;
    const { status } = response;
    const template = templateOf(document, path);
    const verb = method === "HEAD" ? "get" : method.toLowerCase();
    const operation = document.paths[template ?? ""]?.[verb];
    if (!operation && !path.startsWith("/api/")) return response;
    const name = operation?.operationId ?? `${method} ${path}`;
    const complain = (what: string) => void this.#broken.add(`${name} ${status}: ${what}`);
    const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
    let schemaAt = ["components", "schemas", "Error"];
    if (operation && template !== undefined) {
      this.answered.add(`${name} ${status}`);
      const { headers = {}, content = {} } = operation.responses[status] ?? {};
      const media = [type, "*/*"].find((one) => one in content);
      if (!operation.responses[status]) complain("there is no such status in the document");
      else if (media === undefined && (type !== "" || Object.keys(content).length > 0)) {
        complain(`is ${type || "empty"}, not ${Object.keys(content).join(" or ") || "empty"}`);
      }
      for (const [header, { required }] of Object.entries(headers)) {
        if (required && !response.headers.has(header)) complain(`lacks the header ${header}`);
      }
      if (media !== "application/json") return response;
      schemaAt = ["paths", template, verb, "responses", String(status), "content", media, "schema"];
    } else if (status !== (template === undefined ? 404 : 405)) complain("there is no such operation in the document");
    if (type !== "application/json" || method === "HEAD") return response;

    const text = await response.text();
    const validate = validatorAt(...schemaAt);
    if (!validate(JSON.parse(text))) {
      for (const { instancePath, message, params } of validate.errors ?? []) {
        complain(`${instancePath || "the body"} ${message} ${JSON.stringify(params)}`);
      }
    }
    return new Response(text, { status, headers: response.headers });
  }

  /** @throws Error naming each answer that was not as documented */
  assertKept(): void {
    if (this.#broken.size > 0) throw new Error(`not as in the OpenAPI document:\n  ${[...this.#broken].join("\n  ")}`);
  }
}

/** The path of the document that this one is; a fixed segment wins over a variable one. */
function templateOf({ paths }: OpenApiDocument, path: string): string | undefined {
  const segments = segmentsOf(path);
  return Object.keys(paths)
    .filter((template) => matches(segmentsOf(template), segments))
    .sort((a, b) => a.split("{").length - b.split("{").length)[0];
}

const segmentsOf = (path: string): string[] => path.replace(/(?<=.)\/$/, "").split("/");

const matches = (template: string[], segments: string[]): boolean =>
  template.length === segments.length &&
  template.every((segment, index) => (segment.startsWith("{") ? segments[index] !== "" : segment === segments[index]));
