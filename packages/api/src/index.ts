export { type AppRouter, appRouter, createApiCaller } from "./app-router.ts";
export type { ApiContext, Credentials } from "./context.ts";
export { type ApiErrorData, type ApiErrorShape, toErrorResponseBody } from "./errors/error-shape.ts";
export { toServiceError, validationError } from "./errors/to-service-error.ts";
export { buildOpenApiDocument } from "./openapi/build-openapi-document.ts";
export type { FieldKind } from "./rest/field-kind.ts";
export { type RestProcedure, restProcedures } from "./rest/rest-procedures.ts";
