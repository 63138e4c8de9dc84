import { isRecord } from "./arguments.ts";
import { MethodError } from "./errors.ts";

export type Invocation = [name: string, args: Record<string, unknown>, callId: string];

/**
 * Replaces each `#argument` by what an earlier call answered (RFC 8620 §3.7).
 * @throws MethodError invalidResultReference, or invalidArguments when an argument is given both ways.
 */
export function resolveReferences(
  args: Record<string, unknown>,
  earlier: readonly Invocation[],
): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args)) {
    if (!key.startsWith("#")) {
      resolved[key] = value;
      continue;
    }
    const name = key.slice(1);
    if (Object.hasOwn(args, name)) throw new MethodError("invalidArguments", `${name} is given twice`);
    resolved[name] = lookUp(value, earlier);
  }
  return resolved;
}

function lookUp(reference: unknown, earlier: readonly Invocation[]): unknown {
  if (!isRecord(reference) || typeof reference.path !== "string") {
    throw new MethodError("invalidResultReference", "Not a ResultReference");
  }
  const found = earlier.find(([, , callId]) => callId === reference.resultOf);
  if (!found || found[0] !== reference.name) {
    throw new MethodError("invalidResultReference", `No answer of ${String(reference.name)} to refer to`);
  }
  return evaluate(found[1], reference.path);
}

function evaluate(value: unknown, path: string): unknown {
  if (path === "") return value;
  if (!path.startsWith("/")) throw new MethodError("invalidResultReference", `${path} is no JSON pointer`);
  const slash = path.indexOf("/", 1);
  const token = (slash === -1 ? path.slice(1) : path.slice(1, slash)).replace(/~1/g, "/").replace(/~0/g, "~");
  const rest = slash === -1 ? "" : path.slice(slash);
  if (token === "*" && Array.isArray(value)) {
    // Lists found below a * are joined, one level deep at a time.
    return value.flatMap((item) => evaluate(item, rest) as unknown[]);
  }
  const key = Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(token) ? null : token;
  if (key === null || typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
    throw new MethodError("invalidResultReference", `The path leads nowhere at ${token}`);
  }
  return evaluate((value as Record<string, unknown>)[key], rest);
}
