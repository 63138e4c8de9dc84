import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MATRIX } from "./authorization-matrix.ts";
import { FACES, isFields, PROCEDURES, type Procedure } from "./call-procedure.ts";
import { type Belongings, openWorld, type Person, type World } from "./open-world.ts";

const FIELDS = { role: "admin", userId: "", id: "", organizationId: "" };
type Field = keyof typeof FIELDS;

/** Where one of them is what the procedure is about. */
const MEANT: Readonly<Record<string, readonly Field[]>> = {
  "admin.users.create": ["role"],
  "admin.users.changeRole": ["role"],
};

const mutations = PROCEDURES.filter(({ type }) => type === "mutation");
const inPath = ({ rest }: Procedure, field: string) => rest.path.includes(`{${field}}`);

let world: World;
let admin: Person;
let own: Belongings;
let token: string;
beforeAll(async () => {
  world = await openWorld();
  admin = await world.moveIn({ role: "admin" });
  own = await world.settle(admin);
  token = await admin.token();
  Object.assign(FIELDS, { userId: own.userId, id: own.contactId, organizationId: admin.user.organizationId });
});
afterAll(() => world.close());

const wellFormed = ({ name }: Procedure) => MATRIX[name]?.input?.(own, admin);

it("only two procedures take a role, and none an organization's id", () => {
  for (const procedure of mutations) {
    const taken = Object.keys(FIELDS).filter((field) => procedure.rest.fields.has(field) && !inPath(procedure, field));
    expect(taken, procedure.name).toEqual(MEANT[procedure.name] ?? []);
  }
});

describe.each(Object.entries(FACES))("over %s", (face, call) => {
  it.each(mutations.map((procedure) => [procedure.name, procedure] as const))(
    "%s refuses fields that are not the caller's to set",
    async (_name, procedure) => {
      if (face === "REST" && (procedure.rest.upload || procedure.rest.streamedUpload)) return;
      for (const [field, value] of Object.entries(FIELDS)) {
        if (procedure.rest.fields.has(field)) continue;
        const input = wellFormed(procedure);
        const answer = await call(
          world.server.url,
          procedure,
          { ...(isFields(input) && input), [field]: value },
          token,
        );
        expect({ field, status: answer.status, code: answer.code }).toEqual({
          field,
          status: 400,
          code: "VALIDATION_ERROR",
        });
        if (!procedure.rest.takesInput) continue;
        // A shop is told in the sentence.
        const isInSentence = face === "REST" && procedure.rest.shop;
        expect(answer.text).toContain(isInSentence ? `${field} is not known here` : `"${field}"`);
      }
    },
  );
});

describe("what a path names", () => {
  it.each(
    mutations.filter(({ rest }) => rest.path.includes("{")).map((procedure) => [procedure.name, procedure] as const),
  )("%s does not take from the body or the query", async (_name, procedure) => {
    const input = wellFormed(procedure) as Record<string, string>;
    const path = procedure.rest.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => input[name] ?? "");
    const [, name = ""] = /\{(\w+)\}/.exec(procedure.rest.path) ?? [];
    const { method } = procedure.rest;
    const inBody = await world.server.json(method, path, { token, body: input });
    const inQuery = await world.server.json(method, `${path}?${name}=${input[name]}`, { token });
    if (procedure.rest.shop) {
      for (const { status, body } of [inBody, inQuery]) {
        expect({ status, code: body.code }).toEqual({ status: 400, code: "validation_error" });
        expect(body.error).toContain(`${name} is not known here`);
      }
      return;
    }
    expect(inBody).toMatchObject({ status: 400, body: { code: "VALIDATION_ERROR", details: [{ path: name }] } });
    expect(inQuery).toMatchObject({ status: 400, body: { code: "VALIDATION_ERROR" } });
  });
});
