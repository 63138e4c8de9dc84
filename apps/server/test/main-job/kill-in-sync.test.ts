import { setTimeout as wait } from "node:timers/promises";
import { emails, mailSyncs } from "@crm/db";
import { connect } from "@crm/jmap";
import { attachCyrus, generateMessages } from "@crm/jmap/testing";
import { expectMirrorToEqualMailbox } from "@crm/services/testing";
import { describe, expect, inject, it } from "vitest";
import { createInstallation, type Installation } from "./create-installation.ts";
import { FACES } from "./faces.ts";

const VIP = "vip@zakaznik.test";
const COUNT = 2_000;
const cyrus = inject("cyrus");

describe.skipIf(cyrus === null)("a server killed in the middle of a 2,000-message contact sync, at Cyrus", () => {
  it("while the mailbox is indexed, and twice while bodies come in: in the end the mirror equals the mailbox", async () => {
    if (!cyrus) throw new Error("there is no Cyrus");
    const server = attachCyrus(cyrus);
    const mailbox = await server.createAccount();
    const owner = mailbox.username;
    await server.append(mailbox, generateMessages({ count: COUNT, owner, vip: VIP, vipCount: COUNT }));
    const client = await connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", ...mailbox } });
    const installation = await createInstallation(server.sessionUrl);
    try {
      await installation.start();
      await beginSync(installation, mailbox);
      await untilIndexing(installation);
      await installation.kill();
      await installation.start();
      for (const stored of [1, 900]) {
        await untilStored(installation, stored);
        await installation.kill();
        await letLeaseRunOut(installation);
        await installation.start();
      }
      await untilStored(installation, COUNT);
      await untilIdle(installation);
      await expectMirrorToEqualMailbox({ ...installation, client, mailbox });
    } finally {
      await installation.remove();
    }
  }, 240_000);
});

/** As if its time had passed since the kill. After the first kill it is waited for in earnest. */
const letLeaseRunOut = ({ database }: Installation) => database.pool.query("UPDATE mail_syncs SET lease_until = now()");

/** Onboards the admin and adds the contact, without waiting for any mail. */
async function beginSync({ url, temporaryPassword }: Installation, mailbox: { username: string; password: string }) {
  const rest = FACES[0]?.open(url);
  if (!rest) throw new Error("there is no REST face");
  await rest.call("auth.login", { username: "admin", password: temporaryPassword });
  await rest.call("auth.setPassword", { newPassword: "Correct-Horse-7", confirmPassword: "Correct-Horse-7" });
  // The contact first: so the kill may fall anywhere between the first envelope and the last body.
  await rest.call("contacts.add", { email: VIP });
  await rest.call("auth.linkEmail", { email: mailbox.username, emailPassword: mailbox.password });
}

const storedIn = ({ database }: Installation) => database.db.$count(emails);

async function until(what: string, isSo: () => Promise<boolean>) {
  for (const deadline = Date.now() + 100_000; !(await isSo()); await wait(5)) {
    expect(Date.now(), `waiting until ${what}`).toBeLessThan(deadline);
  }
}

const untilStored = (installation: Installation, stored: number) =>
  until(`${stored} messages are stored`, async () => (await storedIn(installation)) >= stored);

const phaseOf = async ({ database }: Installation) => (await database.db.select().from(mailSyncs))[0]?.phase;

const untilIndexing = (installation: Installation) =>
  until("the index is begun", async () => (await phaseOf(installation)) === "indexing");

const untilIdle = (installation: Installation) =>
  until("the sync is over", async () => (await phaseOf(installation)) === "idle");
