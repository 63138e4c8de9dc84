import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let token: string;
let userId: string;
beforeAll(async () => {
  server = await startTestServer();
  const signedIn = await server.signIn();
  token = signedIn.accessToken;
  userId = signedIn.user.id;
});
afterAll(() => server.stop());

let counter = 0;
const newKey = () => `key-${counter++}`;
const newAddress = () => `somebody-${counter++}@example.test`;
const add = (key: string, body: unknown, as = token) =>
  server.json("POST", "/api/contacts", { token: as, body, headers: { "idempotency-key": key } });
const rows = (text: string, values: unknown[]) =>
  server.database.pool.query(text, values).then((result) => result.rows);

describe("an idempotency key", () => {
  it("gives the first answer again, and does nothing a second time", async () => {
    const [key, email] = [newKey(), newAddress()];
    const first = await add(key, { email, name: "Zora" });
    const second = await add(key, { name: "Zora", email });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get("idempotent-replay")).toBeNull();
    expect(second.headers.get("idempotent-replay")).toBe("true");
    expect(await rows("SELECT 1 FROM contacts WHERE email = $1", [email])).toHaveLength(1);
  });

  it("gives refusals again too, after their cause is gone", async () => {
    const [key, email] = [newKey(), newAddress()];
    const { body } = await server.json("POST", "/api/contacts", { token, body: { email } });
    const first = await add(key, { email });
    expect([first.status, first.body.code]).toEqual([409, "CONTACT_EXISTS"]);
    await server.json("DELETE", `/api/contacts/${body.data.contact.id}`, { token });
    const second = await add(key, { email });
    expect([second.status, second.body.code]).toEqual([409, "CONTACT_EXISTS"]);
    expect(second.headers.get("idempotent-replay")).toBe("true");
    expect(second.body.requestId).toBe(second.headers.get("x-request-id"));
  });

  it("is for one request: another body, or another procedure, is 409", async () => {
    const [key, email] = [newKey(), newAddress()];
    const { body } = await add(key, { email });
    expect((await add(key, { email: newAddress() })).body.code).toBe("IDEMPOTENCY_KEY_REUSED");
    const update = await server.json("PATCH", `/api/contacts/${body.data.contact.id}`, {
      token,
      body: {},
      headers: { "idempotency-key": key },
    });
    expect([update.status, update.body.code]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
  });

  it("is a user's own", async () => {
    const key = newKey();
    const other = await server.signIn();
    const mine = await add(key, { email: newAddress() });
    const theirs = await add(key, { email: newAddress() }, other.accessToken);
    expect([mine.status, theirs.status]).toEqual([201, 201]);
  });

  it("lets one of twenty requests at once run; the others wait for its answer or are told to", async () => {
    const [key, email] = [newKey(), newAddress()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(key, { email })));
    const ran = answers.filter(({ status, headers }) => status === 201 && !headers.has("idempotent-replay"));
    expect(ran).toHaveLength(1);
    for (const { status, body } of answers) {
      expect(status === 201 ? "done" : body.code).toMatch(/^(?:done|IDEMPOTENCY_IN_PROGRESS)$/);
    }
    expect(await rows("SELECT 1 FROM contacts WHERE email = $1", [email])).toHaveLength(1);
  });

  it("is held by a run that lives, and taken over from one that died", async () => {
    const [key, email] = [newKey(), newAddress()];
    await add(key, { email });
    await rows("DELETE FROM contacts WHERE email = $1", [email]);
    // As a process leaves it that was killed in the middle.
    const setLease = (lease: string) =>
      rows(
        "UPDATE idempotency_keys SET response_encrypted = NULL, running_until = now() + $1::interval WHERE user_id = $2 AND key = $3",
        [lease, userId, key],
      );
    await setLease("30 seconds");
    const waiting = await add(key, { email });
    expect([waiting.status, waiting.body.code]).toEqual([409, "IDEMPOTENCY_IN_PROGRESS"]);
    expect(waiting.headers.get("retry-after")).toBe("1");
    await setLease("-1 second");
    const taken = await add(key, { email });
    expect([taken.status, taken.headers.get("idempotent-replay")]).toEqual([201, null]);
  });

  it("is free again after a fault of ours", async () => {
    const [key, email] = [newKey(), newAddress()];
    await rows("ALTER TABLE contacts RENAME TO contacts_gone", []);
    expect((await add(key, { email })).status).toBe(500);
    await rows("ALTER TABLE contacts_gone RENAME TO contacts", []);
    expect((await add(key, { email })).status).toBe(201);
  });

  it("is free again after a day", async () => {
    const key = newKey();
    await add(key, { email: newAddress() });
    await rows("UPDATE idempotency_keys SET expires_at = now() WHERE user_id = $1 AND key = $2", [userId, key]);
    expect((await add(key, { email: newAddress() })).status).toBe(201);
  });

  it("is 1 to 255 printable characters", async () => {
    for (const key of ["", "x".repeat(256), "tab\there", "é"]) {
      const { status, body } = await add(key, { email: newAddress() });
      expect([status, body.details], JSON.stringify(key)).toEqual([
        400,
        [expect.objectContaining({ path: "Idempotency-Key" })],
      ]);
    }
    expect((await add("x".repeat(255), { email: newAddress() })).status).toBe(201);
  });

  it("holds over tRPC and REST alike", async () => {
    const [key, email] = [newKey(), newAddress()];
    const first = await add(key, { email });
    const second = await server.json("POST", "/trpc/contacts.add", {
      token,
      body: { json: { email } },
      headers: { "idempotency-key": key },
    });
    expect(second.body.result.data.json).toEqual(first.body.data);
    expect(second.headers.get("idempotent-replay")).toBe("true");
  });

  it("keeps no answer in plain text: a temporary password is not in the database", async () => {
    const { accessToken } = await server.signIn({ role: "admin" });
    const create = () =>
      server.json("POST", "/api/admin/users", {
        token: accessToken,
        body: { username: "newcomer" },
        headers: { "idempotency-key": "create-newcomer" },
      });
    const { tempPassword } = (await create()).body.data.user;
    expect((await create()).body.data.user.tempPassword).toBe(tempPassword);
    const [stored] = await rows("SELECT * FROM idempotency_keys WHERE key = 'create-newcomer'", []);
    expect(JSON.stringify(stored)).not.toContain(tempPassword);
    expect(stored.response_encrypted).toMatch(/^test:/);
  });
});
