import { createOrganization, createUser as createUserRow, races } from "@crm/db/testing";
import { type Actor, createUser, getUser, listUsers, login } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caller, DOMAIN, type House, openHouse } from "../auth/open-house.ts";

let house: House;
let admin: Actor;
beforeAll(async () => {
  house = await openHouse();
  admin = await house.moveIn({ role: "admin", username: "Boss" });
});
afterAll(() => house.close());

type NewUser = Omit<Parameters<typeof createUser>[2], "role"> & { role?: "admin" | "member" };
const create = (input: NewUser, actor = admin) => createUser(house.dependencies, actor, { role: "member", ...input });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: { code?: string }) => error.code ?? error,
  );

describe("creating a user", () => {
  it("answers with a temporary password that signs in and asks to be replaced", async () => {
    const { user } = await create({ username: "jana", firstName: "Jana", email: `jana@${DOMAIN}` });
    expect(user).toMatchObject({ username: "jana", role: "member", emailSetup: false, emailVerified: false });
    const input = { username: "jana", password: user.tempPassword, organization: "default", mode: "token" } as const;
    const answer = await login(house.dependencies, caller, input);
    expect(answer).toMatchObject({ needsPasswordChange: true, needsEmailSetup: true });
    const rows = await house.audited("user.create");
    expect(rows).toMatchObject([{ success: true, username: "Boss", newValue: { username: "jana" } }]);
    expect(JSON.stringify(rows)).not.toContain(user.tempPassword);
  });

  it("links the mailbox along with it, or makes neither", async () => {
    house.mail.addAccount(`peter@${DOMAIN}`, "right");
    const email = `peter@${DOMAIN}`;
    expect(await codeOf(create({ username: "peter", email, emailPassword: "wrong" }))).toBe("MAILBOX_AUTH_FAILED");
    const { user } = await create({ username: "peter", email, emailPassword: "right" });
    expect(user).toMatchObject({ emailSetup: true, emailVerified: true });
  });

  it.each([
    ["a name that is taken, in any case of letters", { username: "BOSS" }, "USERNAME_TAKEN"],
    ["an address that is taken", { username: "jana2", email: `JANA@${DOMAIN}` }, "EMAIL_TAKEN"],
    ["a mail password without an address", { username: "jana3", emailPassword: "right" }, "VALIDATION_ERROR"],
    ["a common temporary password", { username: "jana4", tempPassword: "P@ssw0rd" }, "VALIDATION_ERROR"],
  ])("refuses %s", async (_what, input, code) => {
    expect(await codeOf(create(input))).toBe(code);
  });

  it("of several at once with one name, makes one", async () => {
    for (let round = 0; round < races(2); round++) {
      const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(create({ username: "many" }))));
      expect(codes.toSorted(), `round ${round}`).toEqual([...Array(4).fill("USERNAME_TAKEN"), "done"]);
      await house.database.pool.query("DELETE FROM users WHERE username = 'many'");
    }
  }, 600_000);
});

describe("members", () => {
  it("are refused all of it", async () => {
    const member = await house.moveIn();
    const { dependencies } = house;
    expect(await codeOf(create({ username: "friend" }, member))).toBe("FORBIDDEN");
    expect(await codeOf(listUsers(dependencies, member, { limit: 10 }))).toBe("FORBIDDEN");
    expect(await codeOf(getUser(dependencies, member, { userId: member.userId }))).toBe("FORBIDDEN");
  });
});

describe("listing users", () => {
  const names = async (input: Partial<Parameters<typeof listUsers>[2]>) =>
    (await listUsers(house.dependencies, admin, { limit: 100, ...input })).items.map(({ username }) => username);

  it("finds by parts of name and address, whatever the diacritics, and takes wildcards literally", async () => {
    await house.moveIn({ username: "horvathova", firstName: "Zuzana", lastName: "Horváthová" });
    await house.moveIn({ username: "per_cent" });
    expect(await names({ search: "zuzana hórvath" })).toEqual(["horvathova"]);
    expect(await names({ search: `peter@${DOMAIN}` })).toEqual(["peter"]);
    expect(await names({ search: "r_c" })).toEqual(["per_cent"]);
    expect(await names({ search: "%" })).toEqual([]);
    expect(await names({ role: "admin" })).toEqual(["Boss"]);
  });

  it("is stable from page to page while people come and go", async () => {
    for (const name of ["p1", "p2", "p3", "p4", "p5"]) await house.moveIn({ username: `page-${name}` });
    const input = { search: "page-", limit: 2 };
    const first = await listUsers(house.dependencies, admin, input);
    await house.moveIn({ username: "page-p0" });
    await house.database.pool.query("DELETE FROM users WHERE username = 'page-p2'");
    const second = await listUsers(house.dependencies, admin, { ...input, cursor: first.nextCursor ?? "" });
    const third = await listUsers(house.dependencies, admin, { ...input, cursor: second.nextCursor ?? "" });
    const seen = [first, second, third].flatMap(({ items }) => items.map(({ username }) => username));
    expect(seen).toEqual(["page-p1", "page-p2", "page-p3", "page-p4", "page-p5"]);
    expect(third.nextCursor).toBeNull();
  });

  it("shows nobody of another organization", async () => {
    const { db } = house.database;
    const stranger = await createUserRow(db, await createOrganization(db), { username: "stranger" });
    expect(await names({ search: "stranger" })).toEqual([]);
    expect(await codeOf(getUser(house.dependencies, admin, { userId: stranger.id }))).toBe("NOT_FOUND");
    expect((await getUser(house.dependencies, admin, { userId: admin.userId })).username).toBe("Boss");
  });

  it("refuses a cursor that is none of this list's", async () => {
    const cursor = Buffer.from("[1]").toString("base64url");
    expect(await codeOf(listUsers(house.dependencies, admin, { limit: 10, cursor }))).toBe("VALIDATION_ERROR");
  });
});
