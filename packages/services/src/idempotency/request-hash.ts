import { createHash } from "node:crypto";

/** SHA-256 over what was asked for; the order of an object's keys does not count. */
export const requestHash = (procedure: string, input: unknown): Buffer =>
  createHash("sha256")
    .update(JSON.stringify([procedure, sortKeys(input)]))
    .digest();

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  // Pairs, not an object: a key such as "1" would otherwise be moved to the front by the engine itself.
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]);
}
