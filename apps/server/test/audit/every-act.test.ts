import { procedureTable } from "@crm/api";
import { createUser, TEST_PASSWORD } from "@crm/db/testing";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostOffice, startPostOffice } from "../accounts/start-post-office.ts";
import { FACES, PROCEDURES } from "../http/call-procedure.ts";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

// One story in which every procedure that changes something succeeds once and fails once, and what the log says of it.
// Before it succeeds, it is tried while the log takes nothing: what cannot be recorded must not happen. The tries are made
// over tRPC and the rest over REST, so that each write of the OpenAPI document is done once, and answers as it says.

let server: TestServer;
let office: PostOffice;
let mail: DemoMailServer;
beforeAll(async () => {
  office = await startPostOffice();
  mail = await startDemoMail();
  server = await startTestServer({}, { smtpUrl: office.smtpUrl, mailServers: { sessionUrl: mail.sessionUrl } });
  await server.database.pool.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the log is full'; END $$;
    CREATE TRIGGER no_success BEFORE INSERT ON audit_logs FOR EACH ROW WHEN (NEW.success) EXECUTE FUNCTION refuse();
    ALTER TABLE audit_logs DISABLE TRIGGER no_success`);
});
afterAll(async () => {
  await server.stop();
  await mail.close();
  await office.stop();
});

const NEW_PASSWORD = "Another-Horse-8";
const RESET_PASSWORD = "Third-Horse-9";
const WRONG_PASSWORD = "Wrong-Horse-7";
const NOBODY = "01900000-0000-7000-8000-000000000000";

/** Whatever must never be in the log. */
const secrets = new Set([TEST_PASSWORD, NEW_PASSWORD, RESET_PASSWORD, WRONG_PASSWORD]);

interface LogRow {
  action: string;
  success: boolean;
  error_message: string | null;
  resource_id: string | null;
}

let seen = 0;
/** The rows that came since one looked last. */
async function newRows(): Promise<LogRow[]> {
  const { rows } = await server.database.pool.query<LogRow>(
    "SELECT action, success, error_message, resource_id FROM audit_logs ORDER BY id OFFSET $1",
    [seen],
  );
  seen += rows.length;
  return rows;
}

const covered = new Map<string, Set<boolean>>();

async function trpc(name: string, input: unknown, token?: string) {
  const answer = await server.json("POST", `/trpc/${name}`, {
    body: input === undefined ? {} : { json: input },
    ...(token !== undefined && { token }),
  });
  const failed = answer.body.error !== undefined;
  return {
    failed,
    data: answer.body.result?.data.json,
    reason: answer.body.error?.json.data.reason as string | undefined,
  };
}

async function rest(name: string, input: unknown, token?: string): ReturnType<typeof trpc> {
  const procedure = PROCEDURES.find((one) => one.name === name);
  if (!procedure) throw new Error(`there is no ${name}`);
  const { code, text } = await FACES.REST(server.url, procedure, input, token ?? null);
  const body = text === "" ? {} : JSON.parse(text);
  return { failed: code !== null, data: procedure.rest.shop ? body : body.data, reason: code ?? undefined };
}

interface Expected {
  token?: string;
  /** The reason of the refusal. */
  fails?: string;
  /** What the log says, where the answer does not tell. */
  succeeded?: boolean;
}

/** What has left the house before it is written down: mail, and letters, which follow their answer. */
const GONE_ALREADY = /^(?:emails\.|auth\.forgotPassword$)/;

/** What people's acts change, without what a sync behind them may be counting at the same time. */
const snapshot = async () =>
  JSON.stringify(
    await Promise.all(
      [
        ...[
          "users",
          "profiles",
          "revoked_tokens",
          "sessions",
          "refresh_tokens",
          "totp_recovery_codes",
          "user_avatars",
          "api_keys",
        ],
        ...[
          "(SELECT id, email, name, notes, tags FROM contacts)",
          "(SELECT id, address FROM mail_accounts)",
          // A try of a code counts, whatever comes of it.
          "(SELECT id, token_hash, used_at FROM user_tokens)",
          "blocklist_entries",
        ],
      ].map(async (from) => (await server.database.pool.query(`SELECT t::text FROM ${from} t ORDER BY 1`)).rows),
    ),
  );

/** While the log takes no entry of a success, the act must not succeed, and leave nothing behind. */
async function expectNothingUnrecorded(name: string, input: unknown, token: string | undefined) {
  const before = await snapshot();
  await server.database.pool.query("ALTER TABLE audit_logs ENABLE TRIGGER no_success");
  try {
    expect({ name, reason: (await trpc(name, input, token)).reason }).toEqual({ name, reason: "INTERNAL_ERROR" });
  } finally {
    await server.database.pool.query("ALTER TABLE audit_logs DISABLE TRIGGER no_success");
  }
  expect(await snapshot(), `${name} changed something that is not in the log`).toBe(before);
}

/** Calls a procedure and expects exactly one new row, of this action and outcome. */
async function act(name: string, action: string, input?: unknown, { token, fails, succeeded }: Expected = {}) {
  if (fails === undefined && !GONE_ALREADY.test(name)) await expectNothingUnrecorded(name, input, token);
  await newRows();
  const { data, reason, failed } = await rest(name, input, token);
  expect({ name, reason }).toEqual({ name, reason: fails });
  const success = succeeded ?? !failed;
  const rows: LogRow[] = [];
  // Some letters are written after the answer.
  await expect.poll(async () => rows.push(...(await newRows())), { timeout: 5_000 }).toBeGreaterThan(0);
  expect(rows.map((row) => ({ name, action: row.action, success: row.success }))).toEqual([{ name, action, success }]);
  expect(rows[0]?.error_message === null, name).toBe(success);
  covered.set(name, (covered.get(name) ?? new Set()).add(success));
  return data;
}

it("every act is in the audit log, done or failed, and no secret of it", async () => {
  const { db } = server.database;
  const email = "person@mail.example";
  const user = await createUser(db, server.organization, { email, mailboxStep: "pending" });
  const { username } = user;
  const as = (token: string) => ({ token });
  const failing = (token: string, fails: string) => ({ token, fails });

  // Signing in and staying so.
  await act("auth.login", "auth.login", { username, password: WRONG_PASSWORD }, { fails: "INVALID_CREDENTIALS" });
  let { tokens } = await act("auth.login", "auth.login", { username, password: TEST_PASSWORD });
  const spent = tokens.refreshToken;
  ({ tokens } = await act("auth.refresh", "auth.refresh", { refreshToken: spent }));
  await act("auth.refresh", "auth.refresh", { refreshToken: spent }, { fails: "REFRESH_RACED" });
  for (const token of [tokens.accessToken, tokens.refreshToken, spent]) secrets.add(token);
  let me: string = tokens.accessToken;

  // Passwords.
  const change = (currentPassword: string) => ({
    currentPassword,
    newPassword: NEW_PASSWORD,
    confirmPassword: NEW_PASSWORD,
  });
  await act("auth.setPassword", "auth.set_password", change(WRONG_PASSWORD), failing(me, "WRONG_PASSWORD"));
  const common = {
    currentPassword: TEST_PASSWORD,
    newPassword: `${username}-Aa1!`,
    confirmPassword: `${username}-Aa1!`,
  };
  await act("auth.setPassword", "auth.set_password", common, failing(me, "VALIDATION_ERROR"));
  ({ tokens } = await act("auth.setPassword", "auth.set_password", change(TEST_PASSWORD), as(me)));
  me = tokens.accessToken;
  secrets.add(me);
  await act("auth.forgotPassword", "auth.forgot_password", { username: "nobody.here" }, { succeeded: false });
  await expectForgotten(username, email);

  // The forgotten password ended the sessions.
  ({ tokens } = await act("auth.login", "auth.login", { username, password: RESET_PASSWORD }));
  me = tokens.accessToken;

  // Mailbox and profile.
  const [account] = mail.accounts;
  if (!account) throw new Error("the demo mailbox has no account");
  secrets.add("wrong-mail-password");
  const link = (emailPassword: string) => ({ email: account.username, emailPassword });
  await act("auth.linkEmail", "auth.link_email", link("wrong-mail-password"), failing(me, "MAILBOX_AUTH_FAILED"));
  await act("auth.verifyEmail", "auth.verify_email", { code: "000000" }, failing(me, "WRONG_CODE"));
  await act("auth.linkEmail", "auth.link_email", { email: "new@mail.example" }, as(me));
  const [, code = ""] = /^(\d{6})\r$/m.exec((await office.next("new@mail.example")).raw) ?? [];
  secrets.add(`"${code}"`);
  await act("auth.verifyEmail", "auth.verify_email", { code }, as(me));
  await act("auth.skipEmail", "auth.skip_email", undefined, as(me));
  await act("auth.updateMe", "user.update", { firstName: "Jana" }, as(me));
  const image = (
    await sharp({ create: { width: 8, height: 8, channels: 3, background: "#fff" } })
      .png()
      .toBuffer()
  ).toString("base64");
  await act(
    "auth.setAvatar",
    "user.set_avatar",
    { image: Buffer.from("no picture").toString("base64") },
    failing(me, "UNPROCESSABLE"),
  );
  await act("auth.setAvatar", "user.set_avatar", { image }, as(me));
  await act("auth.removeAvatar", "user.remove_avatar", undefined, as(me));

  // Second factor and keys.
  await act("auth.totp.enable", "auth.totp_enable", { code: "000000" }, failing(me, "CONFLICT"));
  const { secret } = await act("auth.totp.setup", "auth.totp_setup", undefined, as(me));
  secrets.add(secret);
  const totp = await generateHOTP(base32.decode(secret, { strict: false }), Math.floor(Date.now() / 30_000));
  const { recoveryCodes } = await act("auth.totp.enable", "auth.totp_enable", { code: totp }, as(me));
  for (const each of recoveryCodes) secrets.add(each);
  await act("auth.totp.setup", "auth.totp_setup", undefined, failing(me, "CONFLICT"));
  const disable = (password: string) => ({ password, code: recoveryCodes[0] });
  await act("auth.totp.disable", "auth.totp_disable", disable(WRONG_PASSWORD), failing(me, "WRONG_PASSWORD"));
  await act("auth.totp.disable", "auth.totp_disable", disable(RESET_PASSWORD), as(me));
  await act("auth.apiKeys.create", "api_key.create", { name: "too much", scopes: ["admin"] }, failing(me, "FORBIDDEN"));
  const { apiKey, key } = await act(
    "auth.apiKeys.create",
    "api_key.create",
    { name: "script", scopes: ["contacts:read"] },
    as(me),
  );
  secrets.add(key);
  await act("auth.apiKeys.revoke", "api_key.revoke", { id: NOBODY }, failing(me, "NOT_FOUND"));
  await act("auth.apiKeys.revoke", "api_key.revoke", { id: apiKey.id }, as(me));

  // Contacts and mail.
  const mailFree = failing(me, "MAILBOX_NOT_LINKED");
  await act("emails.sync", "mail.sync", undefined, mailFree);
  await act("emails.send", "email.send", { to: "x@mail.example", subject: "Hello", body: "Hello" }, mailFree);
  await act(
    "emails.reply",
    "email.reply",
    { to: "x@mail.example", subject: "Re", body: "Hello", threadId: "T1" },
    mailFree,
  );
  const file = { name: "offer.txt", type: "text/plain", content: "aGVsbG8=" };
  await act("emails.uploadAttachment", "email.upload_attachment", file, mailFree);
  await act("emails.markRead", "email.mark_read", { jmapId: "M1" }, failing(me, "NOT_FOUND"));
  await act("emails.markThreadRead", "email.mark_read", { threadId: "T1" }, failing(me, "NOT_FOUND"));
  secrets.add(`"${account.password}"`);
  await act("auth.linkEmail", "auth.link_email", link(account.password), as(me));
  await act("emails.sync", "mail.sync", undefined, as(me));
  const items = (await server.json("GET", "/api/contacts/discover?limit=1", { token: me })).body.data;
  const { contact } = await act("contacts.add", "contact.add", { email: items[0].email }, as(me));
  await act("contacts.add", "contact.add", { email: items[0].email }, failing(me, "CONTACT_EXISTS"));
  await act("contacts.update", "contact.update", { id: contact.id, notes: "met in Brno" }, as(me));
  await act("contacts.update", "contact.update", { id: NOBODY, notes: "" }, failing(me, "NOT_FOUND"));
  const mailOfContact = async () => (await server.json("GET", "/api/emails?limit=1", { token: me })).body.data;
  await expect.poll(mailOfContact, { timeout: 20_000 }).not.toEqual([]);
  const [{ jmapId, threadId, isRead }] = await mailOfContact();
  await act("emails.markRead", "email.mark_read", { jmapId, isRead: !isRead }, as(me));
  await act("emails.markThreadRead", "email.mark_read", { threadId, isRead }, as(me));
  await act("emails.uploadAttachment", "email.upload_attachment", file, as(me));
  await act("emails.send", "email.send", { to: items[0].email, subject: "Hello", body: "Hello" }, as(me));
  await act(
    "emails.reply",
    "email.reply",
    { to: items[0].email, subject: "Re: Hello", body: "Hello", threadId },
    as(me),
  );
  const second = await act("contacts.add", "contact.add", { email: "second@mail.example" }, as(me));
  const csv = "email,notes\nsecond@mail.example,\n";
  await act("contacts.import", "contact.import", { file: csv, type: "text/csv" }, as(me));
  await act("contacts.import", "contact.import", { file: "name", type: "text/csv" }, failing(me, "VALIDATION_ERROR"));
  const both = { id: contact.id, contactId: second.contact.id };
  await act("contacts.merge", "contact.merge", both, as(me));
  await act("contacts.merge", "contact.merge", both, failing(me, "CONFLICT"));
  await act("contacts.undoMerge", "contact.undo_merge", { id: contact.id }, as(me));
  await act("contacts.undoMerge", "contact.undo_merge", { id: contact.id }, failing(me, "UNPROCESSABLE"));
  const blocked = await act("contacts.blocklist.add", "contact.block", { pattern: "@spam.example" }, as(me));
  await act("contacts.blocklist.add", "contact.block", { pattern: "@spam.example" }, failing(me, "CONFLICT"));
  await act("contacts.blocklist.remove", "contact.unblock", { id: blocked.id }, as(me));
  await act("contacts.blocklist.remove", "contact.unblock", { id: blocked.id }, failing(me, "NOT_FOUND"));
  await act("contacts.remove", "contact.remove", { id: NOBODY }, failing(me, "NOT_FOUND"));
  await act("contacts.remove", "contact.remove", { id: contact.id }, as(me));
  await act("auth.unlinkEmail", "auth.unlink_email", undefined, as(me));

  // Administration.
  const newcomer = { username: "newcomer", tempPassword: "Temporary-Horse-1" };
  secrets.add(newcomer.tempPassword);
  await act("admin.users.create", "user.create", newcomer, failing(me, "FORBIDDEN"));
  const admin = await server.signIn({ role: "admin" });
  secrets.add(admin.accessToken);
  const created = await act("admin.users.create", "user.create", newcomer, as(admin.accessToken));
  const { id: userId } = created.user;
  await act("admin.users.create", "user.create", newcomer, failing(admin.accessToken, "USERNAME_TAKEN"));

  const nobody = { userId: NOBODY };
  const asAdmin = failing(admin.accessToken, "NOT_FOUND");
  await act("admin.users.changeRole", "user.change_role", { ...nobody, role: "admin" }, asAdmin);
  await act("admin.users.changeRole", "user.change_role", { userId, role: "admin" }, as(admin.accessToken));
  await act("admin.users.resetPassword", "user.reset_password", nobody, asAdmin);
  const reset = await act("admin.users.resetPassword", "user.reset_password", { userId }, as(admin.accessToken));
  secrets.add(reset.tempPassword);
  await act("admin.users.delete", "user.delete", { userId }, failing(me, "FORBIDDEN"));
  await act("admin.users.delete", "user.delete", { userId }, as(admin.accessToken));

  // Sessions.
  const other = await trpc("auth.login", { username, password: RESET_PASSWORD });
  const sessions = (await server.json("GET", "/api/auth/sessions", { token: me })).body.data;
  const { id } = sessions.find((session: { current: boolean }) => !session.current);
  await act("auth.sessions.revoke", "auth.revoke_session", { id: NOBODY }, failing(me, "NOT_FOUND"));
  await act("auth.sessions.revoke", "auth.revoke_session", { id }, as(me));
  expect(other.failed).toBe(false);
  await act("auth.logout", "auth.logout", undefined, as(me));

  // The shop.
  const customer = { name: "Jana Nováková", email: "customer@shop.test", password: TEST_PASSWORD };
  const { email: address } = customer;
  const profile = await act("profiles.create", "profile.create", customer);
  await act("profiles.create", "profile.create", customer, { fails: "EMAIL_TAKEN" });
  const wrong = { email: address, password: WRONG_PASSWORD };
  await act("profiles.login", "profile.login", wrong, { fails: "INVALID_CREDENTIALS" });
  const { token: shopping } = await act("profiles.login", "profile.login", { email: address, password: TEST_PASSWORD });
  secrets.add(shopping);
  const renamed = { id: profile.id, name: "Jana Horváthová", email: address, password: NEW_PASSWORD };
  await act("profiles.update", "profile.update", { ...renamed, id: NOBODY }, failing(shopping, "NOT_FOUND"));
  await act("profiles.update", "profile.update", renamed, as(shopping));
  const member = await server.signIn();
  await act("profiles.logout", "profile.logout", undefined, failing(member.accessToken, "FORBIDDEN"));
  await act("profiles.logout", "profile.logout", undefined, as(shopping));
  await act("profiles.delete", "profile.delete", { id: NOBODY }, asAdmin);
  await act("profiles.delete", "profile.delete", { id: profile.id }, as(admin.accessToken));

  const log = JSON.stringify((await server.database.pool.query("SELECT * FROM audit_logs")).rows);
  for (const secret of secrets) expect(log, "a secret is in the log").not.toContain(secret);
  expect((await server.json("GET", "/api/admin/audit-logs/verify", { token: admin.accessToken })).body.data.ok).toBe(
    true,
  );

  const mutations = [...procedureTable].flatMap(([name, { _def }]) => (_def.type === "mutation" ? [name] : []));
  expect([...covered.keys()].sort()).toEqual(mutations.sort());
  // These cannot fail for whom they let in, or fail for nobody known.
  const cannotFail = [
    "auth.logout",
    "auth.removeAvatar",
    "auth.resetPassword",
    "auth.skipEmail",
    "auth.unlinkEmail",
    "auth.updateMe",
  ];
  expect(mutations.filter((name) => !covered.get(name)?.has(false))).toEqual(cannotFail);
  expect(mutations.filter((name) => !covered.get(name)?.has(true))).toEqual([]);
  const answered = [...server.contract.answered];
  expect(mutations.filter((name) => !answered.some((answer) => answer.startsWith(`${name} 2`)))).toEqual([]);
}, 120_000);

async function expectForgotten(username: string, email: string) {
  await act("auth.forgotPassword", "auth.forgot_password", { username });
  const [, token = ""] = /\/reset-password#token=(\S+)/.exec((await office.next(email)).raw) ?? [];
  secrets.add(token);
  await act("auth.resetPassword", "auth.reset_password", {
    token,
    newPassword: RESET_PASSWORD,
    confirmPassword: RESET_PASSWORD,
  });
}
