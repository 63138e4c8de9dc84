import type { RestProcedure } from "@crm/api";

/** A path of the REST face, with what it answers to. */
interface Route {
  procedures: ReadonlyMap<string, RestProcedure>;
  /** For the Allow header. */
  allow: string;
}

export interface RouteMatch extends Route {
  /** The variable segments in order, still percent-encoded. */
  values: readonly string[];
}

interface Node {
  fixed: Map<string, Node>;
  variable: Node | null;
  procedures: Map<string, RestProcedure>;
  allow: string;
}

const emptyNode = (): Node => ({ fixed: new Map(), variable: null, procedures: new Map(), allow: "" });

/** Paths by segment, made once. A fixed segment wins over a variable one, whatever order the procedures come in. */
export class RouteTable {
  readonly #root = emptyNode();

  constructor(procedures: readonly RestProcedure[]) {
    for (const procedure of procedures) this.#add(procedure);
  }

  match(path: string): RouteMatch | null {
    const values: string[] = [];
    const node = find(this.#root, segmentsOf(path), 0, values);
    return node ? { procedures: node.procedures, allow: node.allow, values } : null;
  }

  #add(procedure: RestProcedure): void {
    let node = this.#root;
    for (const segment of segmentsOf(procedure.path)) {
      const next = (segment.startsWith("{") ? node.variable : node.fixed.get(segment)) ?? emptyNode();
      if (segment.startsWith("{")) node.variable = next;
      else node.fixed.set(segment, next);
      node = next;
    }
    if (node.procedures.has(procedure.method))
      throw new Error(`two procedures at ${procedure.method} ${procedure.path}`);
    node.procedures.set(procedure.method, procedure);
    if (procedure.method === "GET") node.procedures.set("HEAD", procedure);
    if (procedure.shop?.alsoGet) node.procedures.set("GET", procedure);
    node.allow = [...node.procedures.keys()].join(", ");
  }
}

/** Paths end with or without a slash. */
const segmentsOf = (path: string): string[] => (path.endsWith("/") ? path.slice(1, -1) : path.slice(1)).split("/");

function find(node: Node, segments: readonly string[], index: number, values: string[]): Node | null {
  const segment = segments[index];
  if (segment === undefined) return node.procedures.size > 0 ? node : null;
  const fixed = node.fixed.get(segment);
  const found = fixed ? find(fixed, segments, index + 1, values) : null;
  if (found || !node.variable || segment === "") return found;
  values.push(segment);
  const below = find(node.variable, segments, index + 1, values);
  if (!below) values.pop();
  return below;
}
