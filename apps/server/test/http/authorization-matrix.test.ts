import type { ApiKeyScope } from "@crm/schemas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CALLERS, type CallerName, MATRIX, WORDS } from "./authorization-matrix.ts";
import { FACES, PROCEDURES, type Procedure } from "./call-procedure.ts";
import { type Belongings, openWorld, type Person, type World } from "./open-world.ts";

/** Null for what is answered well. */
const codeOf = (word: string): string | null => (word === "ok" ? null : (WORDS[word] ?? word));

const SCOPES: readonly ApiKeyScope[] = ["contacts:read", "contacts:write", "emails:read", "emails:write", "admin"];

it("every procedure has a row in the matrix, and every row a procedure", () => {
  expect(Object.keys(MATRIX).sort()).toEqual(PROCEDURES.map(({ name }) => name).sort());
  for (const [name, { answers }] of Object.entries(MATRIX)) {
    expect(answers.split(" "), name).toHaveLength(CALLERS.length);
  }
});

describe.each(Object.entries(FACES))("over %s", (face, call) => {
  let world: World;
  let people: Record<"member" | "admin" | "stranger" | "temporary", Person>;
  /** Made anew after every procedure that changes something. */
  let owner: Person | null = null;
  let own: Belongings;
  beforeAll(async () => {
    world = await openWorld();
    people = {
      member: await world.moveIn(),
      admin: await world.moveIn({ role: "admin" }),
      stranger: await world.moveIn({ role: "admin" }, await world.newTenant()),
      temporary: await world.moveIn({ role: "admin" }),
    };
    for (const person of Object.values(people)) await world.settle(person);
  });
  afterAll(() => world.close());

  async function tokenOf(caller: CallerName, { scopes }: Procedure, owner: Person): Promise<string | null> {
    if (caller === "anonymous") return null;
    if (caller === "owner") return owner.token();
    if (caller !== "key") return people[caller].token();
    const holder = scopes.includes("admin") ? people.admin : owner;
    return holder.key(SCOPES.filter((one) => !scopes.includes(one) && (one !== "admin" || holder === people.admin)));
  }

  /** All that the owner has, but for what says when it was used. */
  async function possessions({ user }: Person): Promise<unknown> {
    const { rows } = await world.server.database.pool.query(
      `SELECT (SELECT to_jsonb(u) FROM users u WHERE u.id = $1) AS "user",
              (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id) FROM contacts c WHERE c.user_id = $1) AS contacts,
              (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.id) FROM emails e WHERE e.user_id = $1) AS emails,
              (SELECT jsonb_agg(b.pattern ORDER BY b.id) FROM blocklist_entries b WHERE b.user_id = $1) AS blocked,
              (SELECT jsonb_agg(to_jsonb(m)) FROM mail_accounts m WHERE m.user_id = $1) AS mailbox,
              (SELECT jsonb_agg(k.id ORDER BY k.id) FROM api_keys k WHERE k.user_id = $1) AS keys,
              (SELECT to_jsonb(p) FROM profiles p WHERE p.id = $2) AS profile,
              (SELECT jsonb_agg(s.id ORDER BY s.id) FROM sessions s WHERE s.user_id = $1 AND ended_at IS NULL) AS sessions`,
      [user.id, own.profileId],
    );
    return rows[0];
  }

  // In the order of the matrix, each with those first who are refused.
  it.each(Object.keys(MATRIX))("%s", async (name) => {
    const procedure = PROCEDURES.find((one) => one.name === name);
    const { answers = "", input } = MATRIX[name] ?? {};
    if (!procedure) throw new Error("there is no such procedure");
    const due = "UPDATE users SET temporary_password_until = now() + interval '1 hour' WHERE id = $1";
    await world.server.database.pool.query(due, [people.temporary.user.id]);
    if (!owner) {
      owner = await world.moveIn();
      own = await world.settle(owner, 3);
    }
    const words = answers.split(" ");
    const cells = CALLERS.map((caller, column) => ({ caller, expected: codeOf(words[column] ?? "") }));
    const refused = cells.filter(({ expected }) => expected !== null);
    const allowed = cells.filter(({ expected }) => expected === null);
    const keys = await Promise.all(CALLERS.map((caller) => tokenOf(caller, procedure, owner as Person)));
    const ask = async ({ caller, expected }: (typeof cells)[number]) => {
      const token = keys[CALLERS.indexOf(caller)] ?? null;
      const { code, status, text } = await call(world.server.url, procedure, input?.(own, owner as Person), token);
      expect({ caller, code, status: status < 300 }).toEqual({ caller, code: expected, status: expected === null });
      const isOfTheHouse = caller === "owner" || (caller === "admin" && /^(?:admin|profiles)\./.test(name));
      if (!isOfTheHouse && name !== "auth.login") expect(text).not.toContain(own.marker);
    };
    const before = await possessions(owner);
    for (const cell of refused) await ask(cell);
    expect(await possessions(owner)).toEqual(before);
    for (const cell of allowed) await ask(cell);
    if (procedure.type === "mutation") owner = null;
  });

  // Whoever adds a row reaches a new operation by it; each answer was compared with the document as it left the server.
  if (face === "REST") {
    it("every operation of the OpenAPI document was answered, and each that reads with success", async () => {
      const { user } = people.member;
      const authorization = `Bearer ${await people.member.token()}`;
      // No procedures, or the same by another method.
      for (const path of [`/api/users/${user.id}/avatar`, "/logout"]) {
        await world.server.fetch(path, { headers: { authorization } });
      }
      const answered = [...world.server.contract.answered];
      const { paths } = (await world.server.json("GET", "/api/openapi.json")).body;
      for (const operations of Object.values<Record<string, { operationId: string }>>(paths)) {
        for (const [method, { operationId }] of Object.entries(operations)) {
          const isReading = method === "get" && PROCEDURES.some(({ name }) => name === operationId);
          const wanted = `${operationId} ${isReading ? "2" : ""}`;
          expect(
            answered.some((answer) => answer.startsWith(wanted)),
            wanted,
          ).toBe(true);
        }
      }
    });
  }
});
