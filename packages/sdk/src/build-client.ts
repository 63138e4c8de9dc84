import type { CallOptions } from "./call-options.ts";
import type { ProcedureKind, ProcedureTree } from "./procedures/kinds.ts";

/** A call whose input and options have been told apart. */
export interface Invocation extends ProcedureKind {
  path: string;
  input: unknown;
  options: CallOptions;
}

type Invoke = (invocation: Invocation) => Promise<unknown>;
type Arguments = [input?: unknown, options?: CallOptions];

/** Makes the tree of plain functions that callers see. */
export function buildClient(tree: ProcedureTree, invoke: Invoke, prefix = ""): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([name, node]) => {
      const path = `${prefix}${name}`;
      return [name, isKind(node) ? toCall(path, node, invoke) : buildClient(node, invoke, `${path}.`)];
    }),
  );
}

const isKind = (node: ProcedureKind | ProcedureTree): node is ProcedureKind => typeof node.takesInput === "boolean";

function toCall(path: string, kind: ProcedureKind, invoke: Invoke) {
  const call = (...args: Arguments) => invoke({ path, ...kind, ...split(kind, args) });
  if (kind.type !== "query") return call;
  const all = (...args: Arguments) => pages({ path, ...kind, ...split(kind, args) }, invoke);
  return Object.assign(call, { all });
}

/** What takes no input takes its options first. */
function split({ takesInput }: ProcedureKind, [first, second]: Arguments): { input: unknown; options: CallOptions } {
  if (takesInput) return { input: first ?? {}, options: second ?? {} };
  return { input: undefined, options: second ?? (first as CallOptions | undefined) ?? {} };
}

async function* pages(invocation: Invocation, invoke: Invoke): AsyncGenerator<unknown, void, undefined> {
  let cursor: string | null = null;
  do {
    const input = cursor === null ? invocation.input : { ...(invocation.input as object), cursor };
    const page = (await invoke({ ...invocation, input })) as { items: unknown[]; nextCursor: string | null };
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
