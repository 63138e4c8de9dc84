import { createOrganization, createTestDatabase, createUser, TEST_PASSWORD, type TestDatabase } from "@crm/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressIn, endAll, newEnvironment, startCrm } from "./start-crm.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await endAll();
  await database.drop();
});

it("a production process writes one JSON object a line, in UTC, that nothing a client sends can forge or fill", async () => {
  const crm = startCrm(["serve", "--no-worker"], {
    ...newEnvironment(),
    NODE_ENV: "production",
    DATABASE_URL: database.url,
    ADMIN_TEMP_PASSWORD: "Temporary-Horse-1",
  });
  const url = addressIn(await crm.until("The CRM is running."));
  const organization = await createOrganization(database.db, { slug: "logs" });
  const { username, id } = await createUser(database.db, organization);
  const login = (body: object) =>
    fetch(`${url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": 'x"}{"level":50,"msg":"forged' },
      body: JSON.stringify({ organization: "logs", ...body }),
    });
  expect((await login({ username: `${username}\n{"level":50,"msg":"forged"}`, password: TEST_PASSWORD })).status).toBe(
    401,
  );
  expect((await login({ username, password: "Wrong-Horse-7" })).status).toBe(401);
  const signedIn = await login({ username, password: TEST_PASSWORD });
  const { data } = (await signedIn.json()) as { data: { tokens: { accessToken: string; refreshToken: string } } };
  const { accessToken, refreshToken } = data.tokens;
  const list = await fetch(`${url}/api/contacts?search=Secret-Horse-1`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(list.status).toBe(200);
  await fetch(`${url}/api/x%0A%7B%22level%22:50,%22msg%22:%22forged%22%7D%1B%5B2J?token=${refreshToken}`);
  // The last answer's line is written after it is sent.
  await crm.until("[2J");
  crm.child.kill("SIGTERM");
  expect(await crm.ended).toBe(0);

  const output = crm.stdout();
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = entries.filter(({ msg }) => msg === "request");
  expect(requests).toHaveLength(5);
  for (const { time, requestId, ipAddress, method, path, status } of requests) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect({ requestId, ipAddress }).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ipAddress: "127.0.0.1",
    });
    expect([typeof method, typeof path, typeof status]).toEqual(["string", "string", "number"]);
  }
  expect(requests.find(({ path }) => path === "/api/contacts")).toMatchObject({ userId: id, status: 200 });
  expect(entries.filter(({ msg }) => msg === "forged")).toEqual([]);
  for (const secret of [TEST_PASSWORD, "Wrong-Horse-7", "Secret-Horse-1", accessToken, refreshToken]) {
    expect(output + crm.stderr()).not.toContain(secret);
  }
}, 60_000);
