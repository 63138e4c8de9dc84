import { createContact, createOrganization, createUser, races } from "@crm/db/testing";
import { type Actor, linkEmail, skipEmail, unlinkEmail } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOMAIN, type House, openHouse } from "./open-house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

let count = 0;
/** A mailbox at the mail server. */
const newMailbox = () => {
  count += 1;
  const { username, password } = house.mail.addAccount(`person${count}@${DOMAIN}`, "right");
  return { email: username, emailPassword: password };
};
const link = (actor: Actor, input: { email: string; emailPassword?: string }) =>
  linkEmail(house.dependencies, actor, input);
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: { code?: string }) => error.code ?? error,
  );
const stored = async (actor: Actor) => {
  const { rows } = await house.database.pool.query(
    `SELECT u.email, u.email_verified AS verified, u.mailbox_step AS step, a.address, a.password_encrypted AS secret
     FROM users u LEFT JOIN mail_accounts a ON a.user_id = u.id WHERE u.id = $1`,
    [actor.userId],
  );
  return rows[0];
};

describe("link-email", () => {
  it("links a mailbox whose password is right, and keeps the password encrypted", async () => {
    const actor = await house.moveIn({ mailboxStep: "pending" });
    const mailbox = newMailbox();
    const answer = await link(actor, mailbox);
    expect(answer).toMatchObject({
      emailVerified: true,
      needsEmailSetup: false,
      mailAccount: { address: mailbox.email, status: "active" },
      user: { email: mailbox.email, emailVerified: true },
    });
    const row = await stored(actor);
    expect(row).toMatchObject({ verified: true, step: "linked", address: mailbox.email });
    expect(row.secret).not.toContain("right");
    const rows = await house.audited("auth.link_email");
    expect(rows).toContainEqual({ success: true, username: actor.username, newValue: { address: mailbox.email } });
    expect(JSON.stringify(rows)).not.toContain("right");
  });

  it("changes nothing for a wrong password, and audits the attempt", async () => {
    const actor = await house.moveIn({ mailboxStep: "pending" });
    const { email } = newMailbox();
    expect(await codeOf(link(actor, { email, emailPassword: "wrong" }))).toBe("MAILBOX_AUTH_FAILED");
    expect(await stored(actor)).toMatchObject({ email: null, step: "pending", address: null });
    const mine = (await house.audited("auth.link_email")).filter(({ username }) => username === actor.username);
    expect(mine).toEqual([{ success: false, username: actor.username, newValue: { address: email } }]);
  });

  it("knows the operator's domains alone, and says when their server is away", async () => {
    const actor = await house.moveIn();
    const elsewhere = { email: "somebody@elsewhere.test", emailPassword: "right" };
    expect(await codeOf(link(actor, elsewhere))).toBe("MAIL_DOMAIN_NOT_ALLOWED");
  });

  it("stores an address without a password unverified, and leaves the step open", async () => {
    const actor = await house.moveIn({ mailboxStep: "pending" });
    const answer = await link(actor, { email: "Plain@House.test" });
    expect(answer).toMatchObject({ mailAccount: null, emailVerified: false, needsEmailSetup: true });
    expect(await stored(actor)).toMatchObject({ email: "Plain@House.test", verified: false, address: null });
  });

  it("keeps the linked account when an address without a password follows", async () => {
    const actor = await house.moveIn();
    const mailbox = newMailbox();
    await link(actor, mailbox);
    expect(await link(actor, { email: mailbox.email.toUpperCase() })).toMatchObject({ emailVerified: true });
    const other = await link(actor, { email: "other.one@house.test" });
    expect(other).toMatchObject({ emailVerified: false, mailAccount: { address: mailbox.email } });
  });

  it("refuses an address that somebody of the organization has, in any case of letters", async () => {
    const first = await house.moveIn();
    const second = await house.moveIn({ mailboxStep: "pending" });
    const mailbox = newMailbox();
    await link(first, mailbox);
    expect(await codeOf(link(second, { email: mailbox.email.toUpperCase() }))).toBe("EMAIL_TAKEN");
    expect(await codeOf(link(second, mailbox))).toBe("EMAIL_TAKEN");
    expect(await stored(second)).toMatchObject({ email: null, step: "pending", address: null });
  });

  it("lets another organization have the same address", async () => {
    const mailbox = newMailbox();
    await link(await house.moveIn(), mailbox);
    const { db } = house.database;
    const stranger = await createUser(db, await createOrganization(db));
    const actor = { ...(await house.moveIn()), organizationId: stranger.organizationId, userId: stranger.id };
    expect(await codeOf(link(actor, mailbox))).toBe("done");
  });

  it("of two people who link the same mailbox at once, lets one win", async () => {
    for (let round = 0; round < races(2); round++) {
      const people = await Promise.all([house.moveIn(), house.moveIn()]);
      const mailbox = newMailbox();
      const codes = await Promise.all(people.map((actor) => codeOf(link(actor, mailbox))));
      expect(codes.toSorted(), `round ${round}`).toEqual(["EMAIL_TAKEN", "done"]);
    }
  }, 600_000);
});

describe("unlink-email", () => {
  it("forgets address, credentials and mirror, keeps the contacts, and opens the step again", async () => {
    const actor = await house.moveIn();
    const mailbox = newMailbox();
    const contact = await createContact(house.database.db, { organizationId: actor.organizationId, id: actor.userId });
    await link(actor, mailbox);
    const answer = await unlinkEmail(house.dependencies, actor);
    expect(answer).toMatchObject({ needsEmailSetup: true, user: { email: null, emailVerified: false } });
    expect(await stored(actor)).toMatchObject({ email: null, step: "pending", address: null });
    const { rows } = await house.database.pool.query("SELECT id FROM contacts WHERE user_id = $1", [actor.userId]);
    expect(rows).toEqual([{ id: contact.id }]);
    expect(await codeOf(link(await house.moveIn(), mailbox))).toBe("done");
  });

  it("changes nothing where nothing is linked", async () => {
    const actor = await house.moveIn({ mailboxStep: "pending" });
    await skipEmail(house.dependencies, actor);
    expect(await unlinkEmail(house.dependencies, actor)).toMatchObject({ needsEmailSetup: false });
    const rows = await house.audited("auth.unlink_email");
    expect(rows.filter(({ username }) => username === actor.username)).toEqual([]);
  });
});
