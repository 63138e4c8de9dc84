import { SetError } from "./errors.ts";

/**
 * Applies a PatchObject (RFC 8620 §5.3) to a copy of `object`; null removes a key below the top.
 * @throws SetError invalidPatch for a path through something that is no object, or two paths of which one contains the other.
 */
export function applyPatch(object: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const result = structuredClone(object);
  const paths = Object.keys(patch);
  for (const path of paths) {
    if (paths.some((other) => other !== path && other.startsWith(`${path}/`))) {
      throw new SetError("invalidPatch", { description: `${path} is patched twice` });
    }
    const tokens = path.split("/").map((token) => token.replace(/~1/g, "/").replace(/~0/g, "~"));
    const last = tokens.pop() as string;
    let target: unknown = result;
    for (const token of tokens) target = step(target, token, path);
    const place = asObject(target, path);
    const value = patch[path];
    if (value === null && tokens.length > 0) delete place[last];
    else Object.defineProperty(place, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

function step(target: unknown, token: string, path: string): unknown {
  const place = asObject(target, path);
  if (!Object.hasOwn(place, token)) throw new SetError("invalidPatch", { description: `Nothing to patch at ${path}` });
  return place[token];
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SetError("invalidPatch", { description: `${path} leads through something that is no object` });
  }
  return value as Record<string, unknown>;
}
