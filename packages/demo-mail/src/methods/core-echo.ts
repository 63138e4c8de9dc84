import type { Method } from "../protocol/method.ts";

/** Core/echo, RFC 8620 §4. */
export const coreEcho: Method = (_context, args) => args;
