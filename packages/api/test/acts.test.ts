import { procedureTable } from "@crm/api";
import { expect, test } from "vitest";
import { ACTS } from "../src/audit/acts.ts";

test("every procedure that changes something says how it stands in the audit log when it fails", () => {
  const mutations = [...procedureTable].flatMap(([name, { _def }]) => (_def.type === "mutation" ? [name] : []));
  expect(mutations.filter((name) => !(name in ACTS))).toEqual([]);
  expect(Object.keys(ACTS).filter((name) => !mutations.includes(name))).toEqual([]);
});
