import { TEST_PASSWORD } from "@crm/db/testing";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { type PostOffice, startPostOffice } from "./start-post-office.ts";

let office: PostOffice;
let server: TestServer;
beforeAll(async () => {
  office = await startPostOffice();
  server = await startTestServer({}, { smtpUrl: office.smtpUrl });
});
afterAll(async () => {
  await server.stop();
  await office.stop();
});

let people = 0;
async function signIn({ emailVerified = true, ...fields }: Parameters<TestServer["signIn"]>[0] & object = {}) {
  const email = `owner${++people}@mail.example`;
  const { user, accessToken: token } = await server.signIn({ email, emailVerified, ...fields });
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await server.json(method, `/api/auth/${path}`, { token, body });
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    return answer.body.data;
  };
  return { user, email, ask };
}

const change = { newPassword: "Another-Horse-8", confirmPassword: "Another-Horse-8" };

describe("the owner of a proved address is told by mail", () => {
  it("that the password was changed", async () => {
    const { ask, email, user } = await signIn();
    await ask("POST", "set-password", { ...change, currentPassword: TEST_PASSWORD });
    const { raw } = await office.next(email);
    expect(raw).toContain("The password of your account was changed.");
    expect(raw).not.toContain("Another-Horse-8");
    expect(raw).not.toContain(user.username);
  });

  it("that the address is another one, at the old address", async () => {
    const { ask, email } = await signIn();
    await ask("POST", "link-email", { email: `new-${email}` });
    expect((await office.next(email)).raw).toContain("another e-mail address");
    // The new one gets its code and nothing else.
    expect((await office.next(`new-${email}`)).raw).toMatch(/^\d{6}\r$/m);
  });

  it("that the address was taken away", async () => {
    const { ask, email } = await signIn();
    await ask("DELETE", "link-email");
    expect((await office.next(email)).raw).toContain("another e-mail address");
  });

  it("that a second factor was turned on, and that it was turned off", async () => {
    const { ask, email } = await signIn();
    const { secret } = await ask("POST", "totp/setup");
    const code = await generateHOTP(base32.decode(secret, { strict: false }), Math.floor(Date.now() / 30_000));
    const { recoveryCodes } = await ask("POST", "totp/enable", { code });
    expect((await office.next(email)).raw).toContain("asks for a second factor");
    await ask("POST", "totp/disable", { password: TEST_PASSWORD, code: recoveryCodes[0] });
    expect((await office.next(email)).raw).toContain("asks for no second factor");
  });
});

describe("nobody is told", () => {
  it("whose address is not proved, or whose temporary password was replaced, or where nothing changed", async () => {
    const unproved = await signIn({ emailVerified: false });
    await unproved.ask("POST", "set-password", { ...change, currentPassword: TEST_PASSWORD });
    const beginner = await signIn({ temporaryPasswordUntil: new Date(Date.now() + 3_600_000).toISOString() });
    await beginner.ask("POST", "set-password", change);
    const same = await signIn();
    await same.ask("POST", "link-email", { email: same.email.toUpperCase() });
    // Its letter is the last to be handed to the mail server.
    const last = await signIn();
    await last.ask("DELETE", "link-email");
    await office.next(last.email);
    const addressees = office.letters.flatMap(({ to }) => to);
    for (const { email } of [unproved, beginner, same]) expect(addressees).not.toContain(email);
  });
});
