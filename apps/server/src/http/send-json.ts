import type { AppContext } from "./app-env.ts";

/** Answers with JSON that is written already. */
export const sendJson = (
  c: AppContext,
  json: string | Uint8Array<ArrayBuffer>,
  status: 200 | 201 | 202 = 200,
): Response => c.body(json, status, { "Content-Type": "application/json" });
