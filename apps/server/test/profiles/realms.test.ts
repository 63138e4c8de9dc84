import { randomBytes } from "node:crypto";
import { newId } from "@crm/db";
import { createProfile, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MATRIX } from "../http/authorization-matrix.ts";
import { FACES, PROCEDURES } from "../http/call-procedure.ts";
import { type Belongings, openWorld, type Person, type World } from "../http/open-world.ts";

/** Who calls with a token of a profile: the one that the input names, and others. */
const CALLERS = ["self", "other", "elsewhere", "loggedOut", "deleted"] as const;
type Caller = (typeof CALLERS)[number];

/** How profiles are answered, one word for each of `CALLERS`; users have the columns of the large matrix. */
const ANSWERS: Readonly<Record<string, string>> = {
  "profiles.create": "ok ok ok ok ok",
  "profiles.login": "ok ok ok ok ok",
  "profiles.list": "ok ok ok UNAUTHORIZED UNAUTHORIZED",
  "profiles.get": "ok NOT_FOUND NOT_FOUND UNAUTHORIZED UNAUTHORIZED",
  "profiles.update": "ok NOT_FOUND NOT_FOUND UNAUTHORIZED UNAUTHORIZED",
  "profiles.delete": "ok NOT_FOUND NOT_FOUND UNAUTHORIZED UNAUTHORIZED",
  "profiles.logout": "ok ok ok UNAUTHORIZED UNAUTHORIZED",
};

let world: World;
let admin: Person;
let own: Belongings;
let tenant: { id: string };
beforeAll(async () => {
  world = await openWorld();
  admin = await world.moveIn({ role: "admin" });
  own = await world.settle(admin);
  tenant = await world.newTenant();
});
afterAll(() => world.close());

/** A new profile and a token of it. */
async function newCustomer(organization: { id: string } = world.server.organization) {
  const profile = await createProfile(world.server.database.db, organization);
  const { id: profileId, organizationId, tokenVersion } = profile;
  const token = world.server.dependencies.profileTokens.sign({ profileId, organizationId, tokenVersion });
  return { profile, token };
}

async function tokenOf(caller: Caller, self: string): Promise<string> {
  if (caller === "self") return self;
  const { profile, token } = await newCustomer(caller === "elsewhere" ? tenant : undefined);
  if (caller === "loggedOut") await world.server.json("GET", "/logout", { token });
  if (caller === "deleted") await world.server.json("DELETE", `/profiles/${profile.id}`, { token });
  return token;
}

it("has a row for every procedure of profiles", () => {
  const names = PROCEDURES.map(({ name }) => name).filter((name) => name.startsWith("profiles."));
  expect(Object.keys(ANSWERS).sort()).toEqual(names.sort());
});

describe.each(Object.entries(FACES))("over %s", (_face, call) => {
  it.each(Object.entries(ANSWERS))("%s knows whose token it is", async (name, answers) => {
    const procedure = PROCEDURES.find((one) => one.name === name);
    if (!procedure) throw new Error("there is no such procedure");
    const words = answers.split(" ");
    const { profile, token: self } = await newCustomer();
    const read = async () =>
      (await world.server.database.pool.query("SELECT * FROM profiles WHERE id = $1", [profile.id])).rows;
    const before = await read();
    // Those first who are refused, and itself at last.
    for (const [index, caller] of [...CALLERS.entries()].reverse()) {
      const input = MATRIX[name]?.input?.({ ...own, profileId: profile.id, profileEmail: profile.email }, admin);
      const answer = await call(world.server.url, procedure, input, await tokenOf(caller, self));
      const expected = words[index] === "ok" ? null : words[index];
      expect({ caller, code: answer.code, ok: answer.status < 300 }).toEqual({
        caller,
        code: expected,
        ok: expected === null,
      });
      if (caller === "self" || name === "profiles.login") continue;
      expect(answer.text).not.toContain(profile.email);
      expect(await read(), `${caller} changed something`).toEqual(before);
    }
  });

  it("opens nothing of the CRM with a profile's token", async () => {
    const { token } = await newCustomer();
    const guarded = PROCEDURES.filter(({ name, rest }) => rest.protected && !name.startsWith("profiles."));
    expect(guarded.length).toBeGreaterThan(40);
    for (const procedure of guarded) {
      const answer = await call(world.server.url, procedure, MATRIX[procedure.name]?.input?.(own, admin), token);
      expect({ name: procedure.name, code: answer.code }).toEqual({ name: procedure.name, code: "UNAUTHORIZED" });
    }
  });
});

describe("a token", () => {
  const get = (token: string, id: string) => world.server.json("GET", `/profiles/${id}`, { token });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("of a user is no token of a profile of the same id, nor the other way round", async () => {
    const { profile, token } = await newCustomer();
    const { accessTokens } = world.server.dependencies;
    const { organizationId, id } = profile;
    const staff = accessTokens.sign({ userId: id, organizationId, sessionId: newId() });
    expect((await get(staff, id)).status).toBe(401);
    expect(await accessTokens.verify(token)).toBeNull();
  });

  it("is refused when it is forged, unsigned, signed with another key or of another organization", async () => {
    const { profile, token } = await newCustomer();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const head = JSON.parse(Buffer.from(header, "base64url").toString());
    const forged = [
      `${part({ ...head, alg: "none" })}.${payload}.`,
      `${header}.${part({ ...claims, exp: claims.exp + 1 })}.${signature}`,
      `${part({ ...head, kid: "unknown" })}.${payload}.${signature}`,
      `${header}.${payload}.${randomBytes(32).toString("base64url")}`,
      `${header}.${part({ ...claims, org: tenant.id })}.${signature}`,
    ];
    for (const one of forged) expect((await get(one, profile.id)).status, one).toBe(401);
    const { profileTokens } = world.server.dependencies;
    const { id: profileId, tokenVersion } = profile;
    const elsewhere = profileTokens.sign({ profileId, organizationId: tenant.id, tokenVersion });
    expect((await get(elsewhere, profile.id)).status).toBe(401);
    expect((await get(token, profile.id)).status).toBe(200);
  });
});

describe("an account of the CRM", () => {
  it("signs in at its own door alone, with the same address and password", async () => {
    const email = `both-${randomBytes(4).toString("hex")}@house.test`;
    const { user } = await world.moveIn({ email });
    const refused = await world.server.json("POST", "/login", { body: { email, password: TEST_PASSWORD } });
    expect(refused.status).toBe(401);
    const customer = await createProfile(world.server.database.db, world.server.organization, { email });
    expect((await world.server.json("POST", "/login", { body: { email, password: TEST_PASSWORD } })).status).toBe(200);
    const body = { username: customer.email, password: TEST_PASSWORD };
    expect((await world.server.json("POST", "/api/auth/login", { body })).status).toBe(401);
    expect(user.email).toBe(customer.email);
  });

  it("ends its session at the shop's logout when it is an admin, and nothing else", async () => {
    const tokens = await Promise.all([admin.token(), admin.token()]);
    const session = (token: string) => world.server.json("GET", "/api/auth/session", { token });
    expect((await world.server.json("POST", "/logout", { token: tokens[0] })).status).toBe(200);
    expect([(await session(tokens[0])).status, (await session(tokens[1])).status]).toEqual([401, 200]);
  });
});
