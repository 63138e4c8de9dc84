import { errorResponse } from "./error-responses.ts";

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
      400: errorResponse(400, ["VALIDATION_ERROR"]),
      401: errorResponse(401, ["UNAUTHORIZED"]),
      403: errorResponse(403, ["FORBIDDEN", "PASSWORD_CHANGE_REQUIRED"]),
      404: errorResponse(404, ["NOT_FOUND"]),
      429: errorResponse(429, ["RATE_LIMITED"]),
      500: errorResponse(500, ["INTERNAL_ERROR"]),
      503: errorResponse(503, ["OVERLOADED"]),
    },
  },
};
