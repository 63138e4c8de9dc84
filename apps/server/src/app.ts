import type { Dependencies } from "@crm/services";
import { Hono } from "hono";
import type { AppEnv } from "./http/app-env.ts";
import { checkOrigin } from "./http/check-origin.ts";
import { cors } from "./http/cors.ts";
import { handleErrors, handleUnknownPath } from "./http/error-response.ts";
import { identifyRequest } from "./http/identify-request.ts";
import { logRequests } from "./http/log-requests.ts";
import { onlyGet } from "./http/only-get.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { serveAvatar } from "./http/serve-avatar.ts";
import { serveDocs, serveDocsScript, serveOpenApi } from "./http/serve-docs.ts";
import { serveEvents } from "./http/serve-events.ts";
import { type Readiness, serveHealth, serveReadiness } from "./http/serve-health.ts";
import { serveTrpc } from "./http/serve-trpc.ts";
import { serveAuditCsv } from "./rest/serve-audit-csv.ts";
import { serveRest } from "./rest/serve-rest.ts";

/** The part of the configuration that HTTP needs. */
export interface HttpConfig {
  production: boolean;
  /** Origins whose pages may use the API, exactly as browsers send them. */
  corsOrigins: readonly string[];
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustProxy: number;
}

export interface AppOptions {
  dependencies: Dependencies;
  config: HttpConfig;
  ready: Readiness;
}

/** Everything that is served, in the order in which it is asked. */
export function createApp({ dependencies, config, ready }: AppOptions): Hono<AppEnv> {
  const { logger } = dependencies;
  const options = { dependencies, production: config.production };
  const app = new Hono<AppEnv>();

  app.onError(handleErrors(logger));
  app.notFound(handleUnknownPath);

  app.use(identifyRequest(config));
  app.use(logRequests(logger));
  app.use(securityHeaders(config));

  app.all("/healthz", onlyGet(serveHealth));
  app.all("/readyz", onlyGet(serveReadiness(ready)));

  app.use(cors(config));
  app.use(checkOrigin(config));

  app.all("/api/openapi.json", onlyGet(serveOpenApi));
  app.all("/api/docs", onlyGet(serveDocs));
  app.all("/api/docs/scalar.js", onlyGet(serveDocsScript));
  app.all("/api/users/:id/avatar", onlyGet(serveAvatar(options)));
  app.use("/api/admin/audit-logs", serveAuditCsv(options));
  app.use("/api/events", serveEvents(options));
  app.all("/trpc/*", serveTrpc(options));
  const rest = serveRest(options);
  app.all("/api/*", rest);
  for (const path of ["/profiles/*", "/login/*", "/logout/*"]) app.all(path, rest);

  return app;
}
