import { ERROR_CODES, type ErrorCode } from "@crm/schemas";
import type { RestProcedure } from "../rest/rest-procedures.ts";

/** The error envelope, as JSON Schema. */
export const errorSchema = {
  type: "object",
  examples: [
    { success: false, error: "Not found.", code: "NOT_FOUND", requestId: "019c12f0-ad5e-7b02-9f00-2d4c6b8a1e44" },
  ],
  required: ["success", "error", "code", "requestId"],
  properties: {
    success: { const: false },
    error: { type: "string", description: "What happened, for a person." },
    code: { type: "string", enum: Object.keys(ERROR_CODES), description: "What happened, for a program." },
    details: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: {
          path: { type: "string", description: "The field, dotted." },
          message: { type: "string" },
        },
      },
    },
    requestId: { type: "string", description: "Say this when you ask for help." },
  },
} as const;

/** An error of the shop's face. */
export const shopErrorSchema = {
  type: "object",
  required: ["code", "error"],
  properties: {
    code: {
      type: "string",
      enum: Object.keys(ERROR_CODES).map((code) => code.toLowerCase()),
      description: "What happened, for a program.",
    },
    error: { type: "string", description: "What happened, for a person, with the fields that were wrong." },
  },
} as const;

/** Statuses that say when to come again (RFC 9110 §10.2.3). */
const SAYS_WHEN: ReadonlySet<number> = new Set([429, 503]);
const RETRY_AFTER = { required: true, description: "Seconds to wait.", schema: { type: "integer", minimum: 0 } };

/** What a temporary password lets one do. */
const BEFORE_OWN_PASSWORD: ReadonlySet<string> = new Set([
  "auth.setPassword",
  "auth.me",
  "auth.session",
  "auth.logout",
]);

/** The errors a procedure can answer with: its own, and those that follow from what it is. */
export function errorResponses(procedure: RestProcedure, own: readonly ErrorCode[]): Record<string, object> {
  const isWrite = procedure.method !== "GET";
  const codes = new Set<ErrorCode>(["VALIDATION_ERROR", ...own, "RATE_LIMITED", "INTERNAL_ERROR", "OVERLOADED"]);
  if (procedure.protected) for (const code of ["UNAUTHORIZED", "FORBIDDEN"] as const) codes.add(code);
  if (procedure.protected && procedure.shop) codes.add("TOKEN_UNVERIFIED");
  if (procedure.protected && !BEFORE_OWN_PASSWORD.has(procedure.name)) codes.add("PASSWORD_CHANGE_REQUIRED");
  if (procedure.path.includes("{")) codes.add("NOT_FOUND");
  if (isWrite)
    for (const code of ["ORIGIN_NOT_ALLOWED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const) codes.add(code);
  if (takesKey(procedure))
    for (const code of ["IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_KEY_REUSED"] as const) codes.add(code);

  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const answers = [...byStatus].map(([status, named]) => [
    String(status),
    errorResponse(status, named, procedure.shop !== null),
  ]);
  return Object.fromEntries(answers);
}

/** The answer of one status that means any of these codes, in the words of its face. */
export function errorResponse(status: number, codes: readonly ErrorCode[], isShop = false) {
  const named = codes.map((code) => ({ name: isShop ? code.toLowerCase() : code, ...ERROR_CODES[code] }));
  const face = { $ref: `#/components/schemas/${isShop ? "ShopError" : "Error"}` };
  const code = { enum: named.map(({ name }) => name) };
  return {
    description: named.map(({ name, message }) => `\`${name}\`: ${message}`).join("\n\n"),
    ...(SAYS_WHEN.has(status) && { headers: { "Retry-After": RETRY_AFTER } }),
    content: { "application/json": { schema: { allOf: [face, { type: "object", properties: { code } }] } } },
  };
}

/** Writes of users outside /api/auth heed an idempotency key. */
export const takesKey = ({ method, name, shop }: RestProcedure): boolean =>
  method !== "GET" && !name.startsWith("auth.") && shop === null;
