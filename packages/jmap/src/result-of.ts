/** Stands for a value that an earlier call of the same request will have answered (RFC 8620 §3.7). */
export interface ResultReference {
  resultOf: string;
  name: string;
  path: string;
}

/**
 * Refers to the answer of an earlier call; used for an argument whose name begins with `#`.
 *
 * @example ["Email/get", { "#ids": resultOf("query", "Email/query", "/ids") }, "get"]
 */
export const resultOf = (callId: string, method: string, path: string): ResultReference => ({
  resultOf: callId,
  name: method,
  path,
});
