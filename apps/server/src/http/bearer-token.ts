import type { AppContext } from "./app-env.ts";

/** The Bearer credentials of a request (RFC 6750 §2.1): null when it has none, "" when they are malformed. */
export function bearerToken(c: AppContext): string | null {
  const header = c.req.header("authorization");
  if (header === undefined || !/^Bearer(?: |$)/i.test(header)) return null;
  const token = header.slice("Bearer ".length).trim();
  return /\s/.test(token) ? "" : token;
}
