import { readFile } from "node:fs/promises";
import { buildOpenApiDocument } from "@crm/api";
import type { Handler } from "hono";
import type { AppEnv } from "./app-env.ts";

/** Scalar without what it would do through services of its own: fonts, counting, a proxy for what one tries out, AI, sharing. */
const CONFIGURATION = {
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: "",
  agent: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  // One signs in by the first operation, and the browser keeps the cookies.
  authentication: { preferredSecurityScheme: "cookie" },
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>CRM API</title>
    <link rel="icon" href="data:,">
    <style>.markdown-summary { padding-bottom: 3px; /* or it cuts the _ off from codes */ }</style>
  </head>
  <body>
    <script id="api-reference" data-url="/api/openapi.json" data-configuration='${JSON.stringify(CONFIGURATION)}'></script>
    <script src="/api/docs/scalar.js"></script>
  </body>
</html>
`;

/** Everything comes from here, and what one tries out goes here. The bundle writes its styles into the page. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

let document: Promise<string> | undefined;
let bundle: Promise<Buffer> | undefined;

/** The OpenAPI document. */
export const serveOpenApi: Handler<AppEnv> = async (c) => {
  document ??= buildOpenApiDocument().then((built) => JSON.stringify(built));
  c.header("Cache-Control", "no-cache");
  return c.body(await document, 200, { "Content-Type": "application/json" });
};

/** The reference page. */
export const serveDocs: Handler<AppEnv> = (c) => {
  c.header("Content-Security-Policy", PAGE_POLICY);
  c.header("Cache-Control", "no-cache");
  return c.html(PAGE);
};

/** The page's script, read once. */
export const serveDocsScript: Handler<AppEnv> = async (c) => {
  bundle ??= readBundle();
  c.header("Cache-Control", "public, max-age=86400");
  return c.body(new Uint8Array(await bundle), 200, { "Content-Type": "text/javascript; charset=utf-8" });
};

/** Scalar ships its ready-made bundle with this package alone; elsewhere it comes with its two hundred sources. */
function readBundle(): Promise<Buffer> {
  const entry = import.meta.resolve("@scalar/fastify-api-reference");
  return readFile(new URL("./js/standalone.js", entry));
}
