import { users } from "@crm/db";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { sendEmail } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Desk, link, openDesk } from "./open-desk.ts";

let mail: DemoMailServer;
beforeAll(async () => {
  mail = await startDemoMail({ accounts: [], replyDelay: null });
});
afterAll(() => mail.close());

/** Runs with somebody whom the mail server calls by this name. */
async function withDesk(address: string, name: string, run: (desk: Desk) => Promise<void>): Promise<void> {
  const account = mail.addAccount(address, "secret", { name });
  const desk = await openDesk({ sessionUrl: mail.sessionUrl, createAccount: async () => account });
  try {
    await link(desk);
    await run(desk);
  } finally {
    await desk.close();
  }
}

/** The header of what reached the recipient. */
async function sentFrom(desk: Desk): Promise<string | undefined> {
  await sendEmail(desk.dependencies, desk.actor, { to: "jana@zakaznik.test", subject: "Ahoj", body: "Ahoj" });
  const raw = Buffer.from(mail.sent.at(-1)?.raw ?? "").toString("utf8");
  return /^From: ?(.*)$/m.exec(raw)?.[1]?.trim();
}

describe("mail", () => {
  it("is from the name that the user has here, else from the one that the mail server knows", async () => {
    await withDesk("zuzana@example.test", "Zuzana Demkova", async (desk) => {
      expect(await sentFrom(desk)).toBe(`Zuzana Demkova <${desk.mailbox.username}>`);
      await desk.database.db.update(users).set({ firstName: "Zuzka", lastName: "D" });
      expect(await sentFrom(desk)).toBe(`Zuzka D <${desk.mailbox.username}>`);
    });
  });

  it.each([
    ["a@example.test", ""],
    ["b@example.test", "  "],
    ["c@example.test", "C@example.test"],
    ["d@example.test", "Zuzana\r\nBcc: everybody@example.test"],
    ["e@example.test", "x".repeat(101)],
  ])("is from %s alone where the mail server calls the sender %j", async (address, name) => {
    await withDesk(address, name, async (desk) => {
      expect(await sentFrom(desk)).toBe(address);
    });
  });
});
