import { createContact } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FACES, PROCEDURES } from "./call-procedure.ts";
import { fillInput } from "./fill-input.ts";
import { openWorld, type Person, type World } from "./open-world.ts";

let world: World;
let admin: Person;
let token: string;
beforeAll(async () => {
  world = await openWorld();
  admin = await world.moveIn({ role: "admin", firstName: "100%" });
  await world.settle(admin);
  token = await admin.token();
  for (const name of ["100% wool", "1000 wool", "a_b", "axb", "back\\slash", "backslash", "it's", "its"]) {
    await createContact(world.server.database.db, admin.user, { name });
  }
});
afterAll(() => world.close());

const read = async (path: string, search: string) =>
  world.server.json("GET", `${path}${path.includes("?") ? "&" : "?"}search=${encodeURIComponent(search)}`, { token });

const contacts = async () => (await world.server.json("GET", "/api/contacts", { token })).body.data.length;

const INJECTIONS = [
  "' OR '1'='1",
  "'; DROP TABLE contacts; --",
  "%' UNION SELECT password_hash FROM users --",
  "\\'; SELECT pg_sleep(5); --",
  "$1",
  ") OR TRUE --",
];

describe("what is searched for", () => {
  it.each([
    ["%", ["100% wool"]],
    ["0% w", ["100% wool"]],
    ["_", ["a_b"]],
    ["a_b", ["a_b"]],
    ["\\", ["back\\slash"]],
    ["it's", ["it's"]],
    ["%%", []],
    ["__", []],
  ])("%s means itself", async (search, names) => {
    const { status, body } = await read("/api/contacts", search);
    expect([status, body.data.map(({ name }: { name: string }) => name)]).toEqual([200, names]);
  });

  const lists = PROCEDURES.filter(
    ({ rest, input }) => rest.method === "GET" && JSON.stringify(fillInput(input, "")).includes('"search"'),
  );
  it("is there in several lists", () => expect(lists.length).toBeGreaterThanOrEqual(4));

  it.each(lists.map(({ name, rest }) => [name, rest.path]))("is never taken for SQL by %s", async (_name, path) => {
    const before = await contacts();
    const everything = (await world.server.json("GET", path, { token })).body.data.length;
    expect(everything).toBeGreaterThan(0);
    for (const search of INJECTIONS) {
      const { status, body } = await read(path, search);
      expect([status, body.data], search).toEqual([200, []]);
    }
    expect(await contacts()).toBe(before);
  });
});

describe.each(Object.entries(FACES))("a NUL over %s", (_face, call) => {
  const texts = PROCEDURES.filter(
    // What a stream takes comes in a header, which no NUL gets into.
    ({ rest, input, type }) =>
      type !== "subscription" && !rest.upload && JSON.stringify(fillInput(input, "here")).includes("here"),
  );
  it.each(texts.map((procedure) => [procedure.name, procedure] as const))("is 400 in %s", async (_name, procedure) => {
    const input = fillInput(procedure.input, "a\u0000b");
    const { status, code } = await call(world.server.url, procedure, input, token);
    expect([status, code]).toEqual([400, "VALIDATION_ERROR"]);
  });
});
