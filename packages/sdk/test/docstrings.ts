import { procedureTable } from "@crm/api";
import { openEditor, type Shown } from "./editor.ts";

/** Something public, by the name that one points at, and what an editor shows then. */
export interface Described extends Shown {
  name: string;
}

export interface Docstrings {
  /** Every call of a client: `contacts.add`. */
  calls: Described[];
  /** What calls are grouped by: `contacts`. */
  groups: Described[];
  /** What the modules give out: `createCrmClient`. */
  exported: Described[];
  /** What is in that: `CrmError.code`. */
  members: Described[];
  /** Some of what the server's schemas say of their fields. */
  fields: Described[];
}

const CLIENT = 'import { createCrmClient } from "@crm/sdk";\nconst crm = createCrmClient({ baseUrl: "" });';
const FIELDS = [
  "CrmOutputs).contacts.list.nextCursor",
  "CrmOutputs).contacts.get.emailCount",
  "CrmOutputs).emails.reply.status",
  "CrmInputs).emails.search.q",
  "CrmInputs).contacts.list!.limit",
];

/** What somebody's editor shows of everything that the package gives them. */
export function readDocstrings(project: string): Docstrings {
  const editor = openEditor(project);
  const named = (names: readonly string[], head: string, toExpression: (name: string) => string): Described[] => {
    const shown = editor.pointAt(head, names.map(toExpression));
    return names.map((name, index) => ({ name, ...(shown[index] as Shown) }));
  };
  const procedures = [...procedureTable].filter(([, { _def }]) => _def.type !== "subscription").map(([name]) => name);
  const calls = [...procedures, "events.subscribe"];
  const groups = new Set(calls.flatMap((name) => [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index))));
  const exported: Described[] = [];
  const members: Described[] = [];
  for (const module of ["@crm/sdk", "@crm/sdk/testing"]) {
    const head = `import * as all from ${JSON.stringify(module)};`;
    const names = editor.namesOf(module);
    const toName = ({ name }: { name: string }) => name;
    exported.push(...named(names.map(toName), head, (name) => `import its${name} = all.${name}`));
    const inside = names.flatMap(({ name, members }) => members.map((member) => `${name}.${member}`));
    members.push(...named(inside, head, (name) => `;(null as unknown as all.${name.replace(".", ").")}`));
  }
  return {
    calls: named(calls, CLIENT, (name) => `crm.${name}`),
    groups: named([...groups], CLIENT, (name) => `crm.${name}`),
    exported,
    members,
    fields: named(FIELDS, 'import type * as all from "@crm/sdk";', (name) => `;(null as unknown as all.${name}`),
  };
}
