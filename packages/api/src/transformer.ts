import type { TRPCCombinedDataTransformer } from "@trpc/server";

/** superjson's wire format: the value as JSON, and notes on what JSON cannot say. */
interface Wire {
  json?: unknown;
  meta?: { values?: unknown };
}

type Path = readonly string[];

/**
 * Speaks superjson with clients, without its walk and without its powers. Outputs are JSON as they stand (dates are
 * strings), so they need no notes. Of a client's notes only "this was undefined" is heeded: nothing is revived, and
 * equalities, by which 48 KB can grow to 18 MB, are left aside; the JSON beside them is whole without.
 */
export const transformer: TRPCCombinedDataTransformer = {
  input: { serialize: (value) => ({ json: value }), deserialize: readInput },
  output: { serialize: (value) => ({ json: value }), deserialize: (wire: Wire) => wire.json },
};

/** @throws Error for notes that ask for anything but undefined. */
function readInput(wire: unknown): unknown {
  if (typeof wire !== "object" || wire === null) return undefined;
  const { json, meta } = wire as Wire;
  return meta?.values === undefined ? json : dropUndefined(json, meta.values, []);
}

// A note is `["undefined"]` for the value itself, or an object of notes by (dotted) path below it.
function dropUndefined(json: unknown, notes: unknown, path: Path): unknown {
  if (Array.isArray(notes)) {
    if (notes.length !== 1 || notes[0] !== "undefined") throw new Error("Only JSON values are accepted.");
    return path.length === 0 ? undefined : remove(json, path);
  }
  if (typeof notes !== "object" || notes === null) throw new Error("Only JSON values are accepted.");
  let result = json;
  for (const [key, below] of Object.entries(notes)) result = dropUndefined(result, below, [...path, ...splitKey(key)]);
  return result;
}

function remove(json: unknown, path: Path): unknown {
  let parent = json;
  for (const key of path.slice(0, -1)) parent = own(parent, key);
  const last = path.at(-1) ?? "";
  if (own(parent, last) !== null) return json;
  if (Array.isArray(parent)) parent[Number(last)] = undefined;
  else delete (parent as Record<string, unknown>)[last];
  return json;
}

// Own properties alone: a path through `__proto__` or `constructor` leads nowhere.
const own = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

/** Dots part the keys of a path; `\.` and `\\` stand for themselves. */
function splitKey(key: string): Path {
  const parts = [""];
  for (let index = 0; index < key.length; index++) {
    const character = key.charAt(index);
    if (character === ".") parts.push("");
    else parts.push(`${parts.pop()}${character === "\\" ? key.charAt(++index) : character}`);
  }
  return parts;
}
