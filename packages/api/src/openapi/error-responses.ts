import { ERROR_CODES, type ErrorCode } from "@crm/schemas";
import type { RestProcedure } from "../rest/rest-procedures.ts";

/** The error envelope, as JSON Schema. */
export const errorSchema = {
  type: "object",
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

/** The errors a procedure can answer with: its own, and those that follow from what it is. */
export function errorResponses(procedure: RestProcedure, own: readonly ErrorCode[]): Record<string, object> {
  const isWrite = procedure.method !== "GET";
  const codes = new Set<ErrorCode>(["VALIDATION_ERROR", ...own, "RATE_LIMITED", "INTERNAL_ERROR", "OVERLOADED"]);
  if (procedure.protected) for (const code of ["UNAUTHORIZED", "FORBIDDEN"] as const) codes.add(code);
  if (procedure.protected && procedure.shop) codes.add("TOKEN_UNVERIFIED");
  if (procedure.path.includes("{")) codes.add("NOT_FOUND");
  if (isWrite)
    for (const code of ["ORIGIN_NOT_ALLOWED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const) codes.add(code);
  if (takesKey(procedure))
    for (const code of ["IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_KEY_REUSED"] as const) codes.add(code);

  const nameOf = (code: ErrorCode) => (procedure.shop ? code.toLowerCase() : code);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [
      String(status),
      {
        description: named.map((code) => `\`${nameOf(code)}\`: ${ERROR_CODES[code].message}`).join("\n\n"),
        content: {
          "application/json": { schema: { $ref: `#/components/schemas/${procedure.shop ? "ShopError" : "Error"}` } },
        },
      },
    ]),
  );
}

/** Writes of users outside /api/auth heed an idempotency key. */
export const takesKey = ({ method, name, shop }: RestProcedure): boolean =>
  method !== "GET" && !name.startsWith("auth.") && shop === null;
