import { ERROR_CODES } from "@crm/schemas";

const refusal = (code: keyof typeof ERROR_CODES) => ({
  description: `\`${code}\`: ${ERROR_CODES[code].message}`,
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
});

/** Profile pictures are no procedure: browsers fetch them by themselves, for an `<img>`. */
export const avatarOperation = {
  path: "/api/users/{id}/avatar",
  get: {
    operationId: "users.avatar",
    tags: ["Auth"],
    summary: "The profile picture of somebody in one's organization",
    security: [{ bearer: [] }, { cookie: [] }],
    parameters: [
      { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } },
      {
        name: "v",
        in: "query",
        required: false,
        description: "The version, as in `avatarUrl`; with the present one the answer may be kept for good.",
        schema: { type: "string" },
      },
      { name: "If-None-Match", in: "header", required: false, schema: { type: "string" } },
    ],
    responses: {
      200: { description: "The picture.", content: { "image/webp": { schema: { type: "string", format: "binary" } } } },
      304: { description: "The caller has it already." },
      401: refusal("UNAUTHORIZED"),
      403: refusal("PASSWORD_CHANGE_REQUIRED"),
      404: refusal("NOT_FOUND"),
      429: refusal("RATE_LIMITED"),
    },
  },
};
