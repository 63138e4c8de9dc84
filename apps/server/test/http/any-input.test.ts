import { createProfile, TEST_PASSWORD } from "@crm/db/testing";
import { ERROR_CODES } from "@crm/schemas";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arbitraryInput, type Known } from "./arbitrary-input.ts";
import { type Answer, type Call, FACES, PROCEDURES, type Procedure } from "./call-procedure.ts";
import { type Belongings, openWorld, type Person, type World } from "./open-world.ts";

/** In all: over both faces and every procedure. */
const REQUESTS = Number(process.env.FUZZ_RUNS ?? 800);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const numRuns = Math.ceil(REQUESTS / (PROCEDURES.length * 2));

/** A stream has no end that one could wait for; it takes what its list takes. */
const isAnswered = ({ type }: Procedure) => type !== "subscription";

let world: World;
let person: Person;
let own: Belongings;
let token: string;
beforeAll(async () => {
  world = await openWorld();
  // Somebody has to stay when the one who asks has deleted themselves.
  await world.moveIn({ role: "admin", username: "stays" });
  await begin();
});
afterAll(() => world.close());

/** Somebody new, with a mailbox. */
async function begin(): Promise<void> {
  person = await world.moveIn({ role: "admin" });
  own = await world.settle(person);
  token = await person.token();
}

const known = (): Known => ({
  id: [own.contactId, own.otherContactId, own.blocklistEntryId, own.sessionId, own.apiKeyId, own.profileId],
  userId: [own.userId],
  contactId: [own.contactId, own.otherContactId],
  pattern: ["friend@x.test", "@x.test", "@blocked.test"],
  jmapId: [own.jmapId],
  blobId: [own.blobId],
  content: ["aGVsbG8="],
  threadId: [own.threadId],
  inReplyTo: [`<${own.messageId}>`],
  username: [person.user.username, "stays", "somebody-new", "nobody"],
  organization: ["default", "nowhere"],
  email: ["friend@x.test", "other@x.test", "ä@x.test", own.profileEmail],
  name: ["Jana Nováková"],
  to: ["friend@x.test", "Friend <friend@x.test>", '"A, B" <a@x.test>'],
  cc: ["other@x.test"],
  bcc: ["other@x.test"],
  type: ["text/plain", "text/csv", "text/vcard"],
  file: [
    "email,name,notes,tags\nfriend@x.test,Friend,,a;b\nnew@x.test",
    'email\n"open',
    "BEGIN:VCARD\r\nVERSION:4.0\r\nEMAIL:new@x.test\r\nEND:VCARD",
    "BEGIN:VCARD\nN;:\nEMAIL\nEND:VCARD",
  ],
  emailPassword: ["secret", "wrong"],
  password: [TEST_PASSWORD, "wrong"],
  currentPassword: [TEST_PASSWORD, "wrong"],
  newPassword: ["Another-Horse-8", "weak"],
  confirmPassword: ["Another-Horse-8"],
  tempPassword: ["Another-Horse-8"],
  code: ["000000"],
  cursor: [],
});

/** What every answer keeps to, whatever was asked. */
function check(procedure: Procedure, answer: Answer): void {
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(answer.text).not.toMatch(/\n\s+at |SELECT|node_modules/);
  if (answer.code !== null) {
    expect(ERROR_CODES).toHaveProperty(answer.code);
    return;
  }
  expect(answer.status).toBeLessThan(300);
  // A file is what it is.
  if ((procedure.rest.isDownload || procedure.rest.shop?.empty) && answer.data === undefined) return;
  // Nothing missing and nothing too much: a schema drops what it does not know.
  expect(procedure.output.parse(answer.data)).toEqual(answer.data);
}

/** Who asked may have signed out, changed the password or gone altogether. */
async function stayInside(procedure: Procedure, answer: Answer): Promise<void> {
  if (procedure.type !== "mutation") return;
  if (answer.code === "PASSWORD_CHANGE_REQUIRED" || answer.code === "FORBIDDEN") return begin();
  if (answer.code !== null || !/^(auth|admin|profiles)\./.test(procedure.name)) return;
  token = await person.token().catch(() => "");
  const { status } = await world.server.json("GET", "/api/admin/users?limit=1", { token });
  if (status !== 200) await begin();
}

/** Of the profile that inputs name, which may have a new password by now, or be gone. */
async function customerToken(): Promise<string> {
  const { database, organization, dependencies } = world.server;
  const { profileId, profileEmail: email } = own;
  const { rows } = await database.pool.query('SELECT token_version AS "tokenVersion" FROM profiles WHERE id = $1', [
    profileId,
  ]);
  const fresh = () => createProfile(database.db, organization, { id: profileId, email: `again-${email}` });
  const { tokenVersion } = rows[0] ?? (await fresh());
  return dependencies.profileTokens.sign({ profileId, organizationId: organization.id, tokenVersion });
}

const TOKENS = { admin: async () => token, customer: customerToken, nobody: async () => null };
type Asker = keyof typeof TOKENS;

/** Mostly an admin, who may do the most; of profiles as often a customer. */
const askers = ({ name }: Procedure): fc.Arbitrary<Asker> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant("admin") },
    { weight: name.startsWith("profiles.") ? 9 : 1, arbitrary: fc.constant("customer") },
    { weight: 1, arbitrary: fc.constant("nobody") },
  );

const ask = (call: Call, procedure: Procedure) => async (input: unknown, asker: Asker) => {
  const answer = await call(world.server.url, procedure, input, await TOKENS[asker]());
  check(procedure, answer);
  await stayInside(procedure, answer);
};

describe("what such requests once found", () => {
  const cursorOf = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString("base64url");
  const anyId = "01890000-0000-7000-8000-000000000000";
  const get = (path: string) => world.server.json("GET", path, { token });
  const post = (path: string, body: unknown) => world.server.json("POST", path, { token, body });

  it("half a surrogate pair, which jsonb does not take, was an error of ours", async () => {
    const refused = await post("/api/auth/api-keys", { name: "\ud800", scopes: ["admin"] });
    expect(refused).toMatchObject({ status: 400, body: { code: "VALIDATION_ERROR" } });
    for (const half of ["\udc00\ud800", "\ud83d-", "\\\ud83d"]) {
      expect((await post("/api/contacts", { email: "half@x.test", name: half })).status, JSON.stringify(half)).toBe(
        400,
      );
    }
    // A whole pair is one character, also where it is escaped, and a backslash may stand before what looks like half.
    const whole = await post("/api/contacts", '{"email":"whole@x.test","name":"\\ud83d\\ude00","notes":"\\\\ud83d"}');
    expect(whole.body.data.contact).toMatchObject({ name: "\u{1f600}", notes: "\\ud83d" });
  });

  it("years that PostgreSQL does not know were an error of ours", async () => {
    expect((await get("/api/admin/audit-logs?from=0000-01-01T00:00:00Z")).status).toBe(400);
    const late = { name: "late", scopes: ["admin"], expiresAt: "9999-12-31T23:59:59.9999Z" };
    expect((await post("/api/auth/api-keys", late)).status).toBe(400);
    expect((await post("/api/auth/api-keys", { ...late, expiresAt: "9999-12-31T23:59:59Z" })).status).toBe(201);
  });

  it.each(["admin/audit-logs?", "contacts?", "contacts?sort=-lastEmailDate&", "emails?", "emails/threads?"])(
    "a cursor with the year 0 was an error of ours: %s",
    async (list) => {
      expect((await get(`/api/${list}cursor=${cursorOf("0000-01-01T00:00:00.000Z", anyId)}`)).status).toBe(400);
    },
  );

  it("a cursor with a number that no column holds was an error of ours", async () => {
    expect((await get(`/api/contacts/discover?cursor=${cursorOf(true, 2 ** 31, "a")}`)).status).toBe(400);
    expect((await get(`/api/contacts/discover?cursor=${cursorOf(true, 2, "a")}`)).status).toBe(200);
  });
});

describe.each(Object.entries(FACES))("over %s", (_face, call) => {
  it.each(PROCEDURES.filter(isAnswered).map((procedure) => [procedure.name, procedure] as const))(
    "%s answers anything at all with what it promises",
    async (_name, procedure) => {
      const property = fc.asyncProperty(
        arbitraryInput(procedure.input, known()),
        askers(procedure),
        ask(call, procedure),
      );
      await fc.assert(property, { numRuns, seed: SEED, endOnFailure: numRuns > 100 });
    },
    600_000,
  );
});
