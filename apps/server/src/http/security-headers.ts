import type { AppMiddleware } from "./app-env.ts";

/** Answers are data: nothing of them may run, be framed or be kept. Pages of ours say otherwise where they need to. */
const HEADERS: readonly [string, string][] = [
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Referrer-Policy", "same-origin"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Cache-Control", "no-store"],
];
const ONE_YEAR = 31_536_000;

export function securityHeaders({ production }: { production: boolean }): AppMiddleware {
  const headers = production ? [...HEADERS, ["Strict-Transport-Security", `max-age=${ONE_YEAR}`] as const] : HEADERS;
  return async (c, next) => {
    for (const [name, value] of headers) c.header(name, value);
    await next();
  };
}
