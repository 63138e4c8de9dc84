import { createOrganization, createProfile, TEST_PASSWORD } from "@crm/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

// The shop's face at the root. Who may do what is in profiles-matrix.test.ts, logging out in log-out.test.ts.

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const NEW_PASSWORD = "Another-Horse-8";
/** Of `TEST_PASSWORD`, with less memory and one pass. */
const CHEAP_HASH = "$argon2id$v=19$m=8192,t=1,p=1$62zBdo6oOqXDMZykZ5dncQ$DkWMg6V8x4pnq3O5LsKz4tFzCqePlOLxnFlKiJw7g6g";
let count = 0;
const newcomer = (fields: object = {}) => ({
  name: "Jana Nováková",
  email: `jana${++count}@shop.test`,
  password: TEST_PASSWORD,
  ...fields,
});

const signUp = async (fields: object = {}) => {
  const body = newcomer(fields);
  const { body: profile } = await server.json("POST", "/profiles", { body });
  const { body: signedIn } = await server.json("POST", "/login", {
    body: { email: body.email, password: body.password },
  });
  return { ...body, id: profile.id as string, token: signedIn.token as string };
};
const login = (email: string, password: string) => server.json("POST", "/login", { body: { email, password } });

describe("signing up", () => {
  it("answers the profile, bare and without its password", async () => {
    const body = newcomer({ name: "  Jana Nováková " });
    const answer = await server.json("POST", "/profiles", { body });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(answer.body).toEqual({
      id: expect.any(String),
      name: "Jana Nováková",
      email: body.email,
      createdAt: instant,
      updatedAt: instant,
    });
  });

  it("is refused for an address that is taken, in whatever letters", async () => {
    const { email } = await signUp();
    const { status, body } = await server.json("POST", "/profiles", { body: newcomer({ email: email.toUpperCase() }) });
    expect({ status, body }).toEqual({
      status: 409,
      body: { code: "email_taken", error: "This e-mail address is taken." },
    });
  });

  it.each([
    ["a name of one word", { name: "Jana" }, "name needs two words"],
    ["a name of two lines", { name: "Jana\nNováková" }, "name must be a single line"],
    ["no name", { name: undefined }, "name "],
    ["what is no address", { email: "jana" }, "email must be an e-mail address"],
    ["a weak password", { password: "horse" }, "password needs an upper-case letter"],
    ["a common password", { password: "P@ssw0rd" }, "password is among the most common ones"],
    ["a password with one's address in it", { email: "janicka@shop.test", password: "Janicka-7" }, "e-mail address"],
    ["a password that is too long to be hashed", { password: `Aa1!${"x".repeat(125)}` }, "password "],
    ["fields that nobody asked for", { role: "admin" }, "role is not known here"],
    ["an id", { id: "01900000-0000-7000-8000-000000000000" }, "id is not known here"],
  ])("is refused with %s, and says which field it is", async (_, fields, sentence) => {
    const { status, body } = await server.json("POST", "/profiles", { body: newcomer(fields) });
    expect({ status, code: body.code, keys: Object.keys(body) }).toEqual({
      status: 400,
      code: "validation_error",
      keys: ["code", "error"],
    });
    expect(body.error).toContain(sentence);
  });

  it("makes one profile of many requests with one address at once", async () => {
    const body = newcomer();
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.json("POST", "/profiles", { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });
});

describe("signing in", () => {
  it("gives a token for 24 hours that is for profiles alone", async () => {
    const { token, id } = await signUp();
    const [header, payload] = token
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(header).toMatchObject({ alg: "HS256", typ: "at+jwt" });
    expect(payload).toMatchObject({ sub: id, aud: "profile", jti: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(payload.exp - payload.iat).toBe(86_400);
  });

  it("works with the address in any letters, and with a password in another Unicode form", async () => {
    const { email } = await signUp({ password: "Čerešňa-17" });
    expect((await login(email.toUpperCase(), "Čerešňa-17".normalize("NFD"))).status).toBe(200);
  });

  it("replaces a hash of another cost", async () => {
    const { email, id } = await createProfile(server.database.db, server.organization, { passwordHash: CHEAP_HASH });
    expect((await login(email, TEST_PASSWORD)).status).toBe(200);
    const { rows } = await server.database.pool.query("SELECT password_hash FROM profiles WHERE id = $1", [id]);
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(email, TEST_PASSWORD)).status).toBe(200);
  });
});

describe("a profile", () => {
  it("sees and lists itself, and nobody else", async () => {
    const me = await signUp();
    const other = await signUp();
    const shown = await server.json("GET", `/profiles/${me.id}`, { token: me.token });
    expect(shown).toMatchObject({ status: 200, body: { id: me.id, email: me.email } });
    const list = await server.json("GET", "/profiles", { token: me.token });
    expect(list.body).toEqual([shown.body]);
    expect(list.headers.has("link")).toBe(false);
    const hidden = await server.json("GET", `/profiles/${other.id}`, { token: me.token });
    expect(hidden).toMatchObject({ status: 404, body: { code: "not_found", error: "There is no such profile." } });
  });

  it("replaces its name and address, and the password only where one is given", async () => {
    const me = await signUp();
    const body = { name: "Jana Horváthová", email: `new-${me.email}` };
    const answer = await server.json("PUT", `/profiles/${me.id}`, { token: me.token, body });
    expect(answer).toMatchObject({ status: 200, body: { id: me.id, ...body } });
    expect(answer.body.updatedAt > answer.body.createdAt).toBe(true);
    expect((await login(me.email, TEST_PASSWORD)).status).toBe(401);
    expect((await login(body.email, TEST_PASSWORD)).status).toBe(200);
    const half = await server.json("PUT", `/profiles/${me.id}`, { token: me.token, body: { name: body.name } });
    expect(half).toMatchObject({ status: 400, body: { code: "validation_error" } });
  });

  it("cannot take the address of another one", async () => {
    const [me, other] = [await signUp(), await signUp()];
    const body = { name: me.name, email: other.email.toUpperCase() };
    const answer = await server.json("PUT", `/profiles/${me.id}`, { token: me.token, body });
    expect(answer).toMatchObject({ status: 409, body: { code: "email_taken" } });
  });

  it("ends its other tokens with a new password, and goes on with the one it was changed with", async () => {
    const me = await signUp();
    const { token: elsewhere } = (await login(me.email, TEST_PASSWORD)).body;
    const get = async (token: string) => (await server.json("GET", `/profiles/${me.id}`, { token })).status;
    const change = (token: string, password: string) =>
      server.json("PUT", `/profiles/${me.id}`, { token, body: { name: me.name, email: me.email, password } });
    expect((await change(me.token, NEW_PASSWORD)).status).toBe(200);
    expect([await get(me.token), await get(elsewhere)]).toEqual([200, 401]);
    expect((await login(me.email, TEST_PASSWORD)).status).toBe(401);
    // A second change leaves one token again, not the one of the first.
    const { token: newest } = (await login(me.email, NEW_PASSWORD)).body;
    expect((await change(newest, "Third-Horse-9")).status).toBe(200);
    expect([await get(newest), await get(me.token)]).toEqual([200, 401]);
  });

  it("is gone with its tokens once it is deleted", async () => {
    const me = await signUp();
    const answer = await server.fetch(`/profiles/${me.id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${me.token}` },
    });
    expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([200, "", null]);
    const after = await server.json("GET", `/profiles/${me.id}`, { token: me.token });
    expect(after).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(after.headers.get("www-authenticate")).toBe("Bearer");
    expect((await login(me.email, TEST_PASSWORD)).status).toBe(401);
    expect((await server.json("POST", "/profiles", { body: newcomer({ email: me.email }) })).status).toBe(201);
  });
});

describe("a profile that is deleted while its request runs", () => {
  it("is answered as nobody who is signed in", async () => {
    const me = await signUp();
    const other = await server.database.pool.connect();
    try {
      await other.query("BEGIN");
      await other.query("DELETE FROM profiles WHERE id = $1", [me.id]);
      const body = { name: me.name, email: `new-${me.email}` };
      const answer = server.json("PUT", `/profiles/${me.id}`, { token: me.token, body });
      const waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await expect
        .poll(async () => (await server.database.pool.query(`SELECT ${waiting}`)).rows, { interval: 10 })
        .toHaveLength(1);
      await other.query("COMMIT");
      expect(await answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    } finally {
      other.release();
    }
  });
});

describe("an admin", () => {
  it("pages through all profiles by the Link header, and through those of no other organization", async () => {
    const tenant = await createOrganization(server.database.db);
    const theirs = await createProfile(server.database.db, tenant);
    const mine = [await signUp(), await signUp(), await signUp()];
    const { accessToken: token } = await server.signIn({ role: "admin" });
    const seen: string[] = [];
    for (let next: string | null = "/profiles?limit=2"; next; ) {
      const page: Awaited<ReturnType<TestServer["json"]>> = await server.json("GET", next, { token });
      expect(page.body.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.map(({ id }: { id: string }) => id));
      const link = page.headers.get("link");
      next = link && (/^<(\/profiles\?limit=2&cursor=[\w-]+)>; rel="next"$/.exec(link)?.[1] ?? `unexpected: ${link}`);
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining(mine.map(({ id }) => id)));
    expect(seen).not.toContain(theirs.id);
    for (const method of ["GET", "DELETE"])
      expect(await server.json(method, `/profiles/${theirs.id}`, { token })).toMatchObject({ status: 404 });
  });

  it("gives a profile a new password, which ends all of its tokens", async () => {
    const customer = await signUp();
    const { accessToken: token } = await server.signIn({ role: "admin" });
    const body = { name: customer.name, email: customer.email, password: NEW_PASSWORD };
    expect((await server.json("PUT", `/profiles/${customer.id}`, { token, body })).status).toBe(200);
    const own = await server.json("GET", `/profiles/${customer.id}`, { token: customer.token });
    expect(own.status).toBe(401);
    expect((await login(customer.email, NEW_PASSWORD)).status).toBe(200);
  });
});

describe("the face", () => {
  it("answers in its own way whatever it is asked wrongly", async () => {
    const { token } = await signUp();
    const bare = async (method: string, path: string, options = {}) => {
      const { status, body } = await server.json(method, path, { token, ...options });
      return [status, body.code, Object.keys(body).join()];
    };
    const both = "code,error";
    expect(await bare("GET", "/profiles/nonsense")).toEqual([400, "validation_error", both]);
    expect(await bare("GET", "/profiles/a/b")).toEqual([404, "not_found", both]);
    expect(await bare("PATCH", "/profiles")).toEqual([405, "method_not_allowed", both]);
    expect(await bare("GET", "/profiles?limit=0")).toEqual([400, "validation_error", both]);
    expect(await bare("GET", "/profiles?cursor=x")).toEqual([400, "validation_error", both]);
    expect(await bare("POST", "/login", { body: "{" })).toEqual([400, "validation_error", both]);
    expect(await bare("POST", "/login", { body: "{}", headers: { "content-type": "text/plain" } })).toEqual([
      415,
      "unsupported_media_type",
      both,
    ]);
    expect(await bare("POST", "/profiles", { body: newcomer({ name: "x".repeat(1_048_576) }) })).toEqual([
      413,
      "payload_too_large",
      both,
    ]);
    const methods = (await server.json("PUT", "/logout", { token })).headers.get("allow");
    expect(methods).toBe("POST, GET");
  });

  it("knows no cookies: a page of elsewhere cannot log an admin out", async () => {
    const { accessToken } = await server.signIn({ role: "admin" });
    const headers = { cookie: `accessToken=${accessToken}` };
    expect((await server.json("GET", "/logout", { headers })).status).toBe(401);
    expect((await server.json("GET", "/profiles", { headers })).status).toBe(401);
    expect((await server.json("GET", "/api/auth/session", { headers })).status).toBe(200);
  });

  it("limits wrong passwords of an address, whether there is such a profile or not", async () => {
    for (const email of [(await signUp()).email, "nobody@shop.test"]) {
      const statuses = [];
      for (let attempt = 0; attempt < 6; attempt++) statuses.push((await login(email, "Wrong-Horse-9")).status);
      expect(statuses, email).toEqual([401, 401, 401, 401, 401, 429]);
      const refused = await login(email, TEST_PASSWORD);
      expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  it("counts a batch of ten sign-ins over tRPC as ten", async () => {
    const { email } = await signUp();
    const wrong = { json: { email, password: "Wrong-Horse-9" } };
    const body = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, wrong]));
    const path = Array.from({ length: 10 }, () => "profiles.login").join(",");
    const answer = await server.json("POST", `/trpc/${path}?batch=1`, { body });
    const reasons = answer.body.map(
      (one: { error: { json: { data: { reason: string } } } }) => one.error.json.data.reason,
    );
    expect(reasons.filter((reason: string) => reason === "INVALID_CREDENTIALS")).toHaveLength(5);
    expect(reasons.filter((reason: string) => reason === "RATE_LIMITED")).toHaveLength(5);
  });

  it("writes into the log which profile asked, and no password or token", async () => {
    const me = await signUp();
    await server.json("GET", `/profiles/${me.id}`, { token: me.token });
    await expect
      .poll(() => server.log.find(({ fields }) => fields.path === `/profiles/${me.id}`)?.fields.profileId)
      .toBe(me.id);
    const log = JSON.stringify(server.log);
    for (const secret of [me.token, TEST_PASSWORD]) expect(log).not.toContain(secret);
  });
});
