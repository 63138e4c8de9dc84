import { TEST_PASSWORD } from "@crm/db/testing";
import { authenticate, login, logout, refresh, type SessionActor, setPassword } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caller, type House, openHouse } from "./open-house.ts";

const HOUR = 3_600_000;
const NEW_PASSWORD = "Another-Horse-8";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const signIn = (username: string, password = TEST_PASSWORD) =>
  login(house.dependencies, caller, { username, password, organization: "default", mode: "token" });

/** Signs in, and answers what the access token stands for. */
async function session(username: string, password?: string) {
  const { tokens } = await signIn(username, password);
  const actor = (await authenticate(house.dependencies, caller, tokens.accessToken)) as SessionActor;
  return { tokens, actor };
}

const renew = (refreshToken: string) => refresh(house.dependencies, caller, refreshToken);

const settled = async <Result>(calls: Promise<Result>[]) => {
  const results = await Promise.allSettled(calls);
  return {
    won: results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    codes: results.flatMap((result) => (result.status === "rejected" ? [result.reason.code ?? result.reason] : [])),
  };
};

describe("login", () => {
  it("takes the username without regard to case, and is audited", async () => {
    const { username, userId } = await house.moveIn();
    const { user } = await signIn(username.toUpperCase());
    expect(user.id).toBe(userId);
    expect(await house.audited("auth.login")).toContainEqual({
      success: true,
      username,
      newValue: { factors: ["password"] },
    });
  });

  it("refuses a wrong password, an unknown name and an expired temporary password alike", async () => {
    const known = await house.moveIn();
    const expired = await house.moveIn({ temporaryPasswordUntil: new Date(Date.now() - HOUR).toISOString() });
    const { codes } = await settled([
      signIn(known.username, "Wrong-Horse-9"),
      signIn("nobody.here"),
      signIn(expired.username),
    ]);
    expect(codes).toEqual(["INVALID_CREDENTIALS", "INVALID_CREDENTIALS", "INVALID_CREDENTIALS"]);
  });

  it("replaces a hash that was made at another cost", async () => {
    const cheap = "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21l$";
    const { hash } = await import("@node-rs/argon2");
    const passwordHash = await hash(TEST_PASSWORD, { memoryCost: 1024, timeCost: 1, parallelism: 1 });
    expect(passwordHash.startsWith(cheap.slice(0, 28))).toBe(true);
    const { username, userId } = await house.moveIn({ passwordHash });
    await signIn(username);
    const { rows } = await house.database.pool.query("SELECT password_hash FROM users WHERE id = $1", [userId]);
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await signIn(username);
  });
});

describe("an access token", () => {
  it("is worth nothing after the logout, a role change or the deletion of its user", async () => {
    const { username, userId } = await house.moveIn();
    const { actor, tokens } = await session(username);
    const other = await session(username);
    await logout(house.dependencies, actor);
    expect(await authenticate(house.dependencies, caller, tokens.accessToken)).toBeNull();
    const { pool } = house.database;
    await pool.query("UPDATE users SET role = 'admin' WHERE id = $1", [userId]);
    expect(await authenticate(house.dependencies, caller, other.tokens.accessToken)).toMatchObject({ role: "admin" });
    await pool.query("DELETE FROM users WHERE id = $1", [userId]);
    expect(await authenticate(house.dependencies, caller, other.tokens.accessToken)).toBeNull();
  });
});

describe("refresh", () => {
  it("has one winner of many at once; the others get nothing and the session lives", async () => {
    const { username } = await house.moveIn();
    const { tokens } = await session(username);
    const { won, codes } = await settled(Array.from({ length: 20 }, () => renew(tokens.refreshToken)));
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(["REFRESH_RACED"]));
    await renew(won[0]?.tokens.refreshToken ?? "");
  });

  it("ends the session when a token comes back ten seconds after it was spent", async () => {
    const { username } = await house.moveIn();
    const { tokens } = await session(username);
    const next = await renew(tokens.refreshToken);
    await house.database.pool.query("UPDATE refresh_tokens SET spent_at = spent_at - interval '11 seconds'");
    expect((await settled([renew(tokens.refreshToken)])).codes).toEqual(["UNAUTHORIZED"]);
    expect((await settled([renew(next.tokens.refreshToken)])).codes).toEqual(["UNAUTHORIZED"]);
    expect(await house.audited("auth.refresh_reused")).toMatchObject([{ success: false, username }]);
  });

  it.each([
    ["nothing", ""],
    ["words", "not a token"],
    ["dashes where the tenant stands", `${"-".repeat(36)}.${"a".repeat(43)}`],
    ["a token of nobody", `01900000-0000-7000-8000-000000000000.${"a".repeat(43)}`],
  ])("refuses %s", async (_what, token) => {
    expect((await settled([renew(token)])).codes).toEqual(["UNAUTHORIZED"]);
  });
});

describe("set-password", () => {
  const set = (actor: SessionActor, newPassword: string, currentPassword?: string) =>
    setPassword(house.dependencies, actor, { newPassword, currentPassword });

  it("of many sessions with the temporary password, lets one win", async () => {
    const { username } = await house.moveIn({ temporaryPasswordUntil: new Date(Date.now() + HOUR).toISOString() });
    const sessions = await Promise.all(Array.from({ length: 8 }, () => session(username)));
    const { won, codes } = await settled(sessions.map(({ actor }, index) => set(actor, `${NEW_PASSWORD}-${index}`)));
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(["UNAUTHORIZED"]));
    const alive = await Promise.all(
      sessions.map(({ tokens }) => authenticate(house.dependencies, caller, tokens.accessToken)),
    );
    expect(alive.filter(Boolean)).toEqual([]);
    const fresh = await authenticate(house.dependencies, caller, won[0]?.tokens.accessToken ?? "");
    expect(fresh).toMatchObject({ username, passwordDue: false });
    expect((await settled([signIn(username)])).codes).toEqual(["INVALID_CREDENTIALS"]);
  });

  it("asks for the present password once it is one's own", async () => {
    const { username } = await house.moveIn();
    const { actor } = await session(username);
    const { codes } = await settled([set(actor, NEW_PASSWORD), set(actor, NEW_PASSWORD, "Wrong-Horse-9")]);
    expect(codes).toEqual(["VALIDATION_ERROR", "WRONG_PASSWORD"]);
    await set(actor, NEW_PASSWORD, TEST_PASSWORD);
    await signIn(username, NEW_PASSWORD);
  });

  it.each([
    ["a common password", "P@ssw0rd", "most common"],
    ["one that contains the username", "Xx-house.owner-9", "username"],
    ["the present one", TEST_PASSWORD, "differ"],
  ])("refuses %s", async (_what, newPassword, reason) => {
    const actor = await house.moveIn({
      username: `house.owner`,
      temporaryPasswordUntil: new Date(Date.now() + HOUR).toISOString(),
    });
    const error = await set(actor, newPassword).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "VALIDATION_ERROR", details: [{ path: "newPassword" }] });
    expect(JSON.stringify((error as { details: unknown }).details)).toContain(reason);
    await house.database.pool.query("DELETE FROM users WHERE id = $1", [actor.userId]);
  });
});
