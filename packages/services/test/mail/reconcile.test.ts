import { getEmails, getMailboxes, setEmails } from "@crm/jmap";
import { generateMessages, mailServerCases, type TestMailServer } from "@crm/jmap/testing";
import { addContact, checkMailbox, discoverContacts, reconcileAllMailboxes } from "@crm/services";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { expectMirrorToEqualMailbox } from "../../testing/index.ts";
import { type Desk, link, openDesk, syncAll } from "./open-desk.ts";

const VIP = "vip@zakaznik.test";

/** One way in which a mirror can differ: what is done to it, and what has to be found. */
interface Break {
  name: string;
  kinds: string[];
  /** What is asked of the server matters: it is tried at each of them. */
  atEach?: true;
  make(desk: Desk): Promise<unknown>;
}

const run = ({ database }: Desk, statement: string, values: unknown[] = []) => database.pool.query(statement, values);

/** A message of the contact that is in the mirror, another one each time. */
async function anyMail(desk: Desk): Promise<string> {
  const { rows } = await run(desk, "SELECT jmap_id FROM emails ORDER BY random() LIMIT 1");
  return rows[0].jmap_id;
}

/** The server changes a message, and the cursor skips it: as if a sync had lost that change. */
async function loseChange(desk: Desk, change: (jmapId: string) => Promise<unknown>) {
  const jmapId = await anyMail(desk);
  await change(jmapId);
  const { state } = await getEmails(desk.client, { ids: [] });
  await run(desk, "UPDATE mail_syncs SET email_state = $1", [state]);
}

const BREAKS: Break[] = [
  {
    name: "a message is not in the index",
    kinds: ["missing", "discovery"],
    make: async (desk) => run(desk, "DELETE FROM mailbox_messages WHERE jmap_id = $1", [await anyMail(desk)]),
  },
  {
    name: "a contact's message has no body",
    atEach: true,
    kinds: ["missing", "contact counts", "threads"],
    make: async (desk) => run(desk, "DELETE FROM emails WHERE jmap_id = $1", [await anyMail(desk)]),
  },
  {
    name: "a message is here that the server deleted",
    atEach: true,
    kinds: ["surplus"],
    make: (desk) => loseChange(desk, (jmapId) => setEmails(desk.client, { destroy: [jmapId] })),
  },
  {
    name: "a message is here that the server has in Trash",
    atEach: true,
    kinds: ["mailboxes"],
    make: async (desk) => {
      const trash = (await getMailboxes(desk.client)).list.find(({ role }) => role === "trash")?.id ?? "";
      const mailboxIds = { [trash]: true };
      await loseChange(desk, (jmapId) => setEmails(desk.client, { update: { [jmapId]: { mailboxIds } } }));
    },
  },
  {
    name: "flags differ in the mirror and in the index",
    atEach: true,
    kinds: ["flags", "contact counts", "unread count"],
    make: async (desk) => {
      await run(desk, "UPDATE emails SET is_read = NOT is_read WHERE jmap_id = $1", [await anyMail(desk)]);
      await run(desk, "UPDATE mailbox_messages SET is_flagged = NOT is_flagged WHERE jmap_id = $1", [
        await anyMail(desk),
      ]);
    },
  },
  {
    name: "the people of a message are lost",
    kinds: ["headers", "discovery"],
    make: async (desk) =>
      run(desk, "UPDATE mailbox_messages SET addresses = '{}', fields = '{}', names = '{}' WHERE jmap_id = $1", [
        await anyMail(desk),
      ]),
  },
  {
    name: "messages are linked with nobody, and with somebody else",
    kinds: ["contact links", "contact counts", "threads"],
    make: async (desk) => {
      const [lost, wrong] = [await anyMail(desk), await anyMail(desk)];
      await run(desk, "DELETE FROM email_contacts USING emails e WHERE email_id = e.id AND e.jmap_id = $1", [lost]);
      await run(
        desk,
        `INSERT INTO email_contacts SELECT e.organization_id, c.id, e.id, e.received_at FROM emails e, contacts c
         WHERE e.jmap_id = $1 AND c.email = 'nobody@example.test'`,
        [wrong],
      );
    },
  },
  {
    name: "a contact's counts are wrong",
    kinds: ["contact counts"],
    make: (desk) =>
      run(desk, "UPDATE contacts SET email_count = email_count + 7, unread_count = 3, last_email_at = NULL"),
  },
  {
    name: "the count of unread messages is wrong",
    kinds: ["unread count"],
    make: (desk) => run(desk, "UPDATE mail_syncs SET unread_count = unread_count + 1"),
  },
  {
    name: "threads are counted wrongly, lost, and there without mail",
    kinds: ["threads"],
    make: async (desk) => {
      await run(
        desk,
        `UPDATE email_threads SET message_count = 99, contact_ids = '{}'
         WHERE thread_id = (SELECT min(thread_id) FROM email_threads)`,
      );
      await run(desk, "DELETE FROM email_threads WHERE thread_id = (SELECT max(thread_id) FROM email_threads)");
      await run(
        desk,
        `INSERT INTO email_threads SELECT organization_id, mail_account_id, 'ghost', user_id, subject, preview,
           participants, contact_ids, message_count, unread_count, first_email_at, last_email_at
         FROM email_threads LIMIT 1`,
      );
    },
  },
  {
    name: "a message is in another thread",
    kinds: ["threads"],
    make: async (desk) =>
      run(desk, "UPDATE emails SET thread_id = 'elsewhere' WHERE jmap_id = $1", [await anyMail(desk)]),
  },
  {
    name: "discovery is counted wrongly, and knows nobody's address",
    kinds: ["discovery"],
    make: async (desk) => {
      await run(desk, "UPDATE correspondents SET email_count = 1000 WHERE address = $1", [VIP]);
      await run(
        desk,
        `INSERT INTO correspondents SELECT organization_id, mail_account_id, 'ghost@example.test', name, email_count,
           sent_count, received_count, last_email_at, automatic_reason FROM correspondents LIMIT 1`,
      );
    },
  },
  {
    name: "mail is mirrored that is no contact's",
    kinds: ["surplus"],
    make: (desk) => run(desk, "DELETE FROM contacts WHERE email NOT IN ($1, 'nobody@example.test')", [VIP]),
  },
];

for (const { name, isMissing, open } of mailServerCases(inject("cyrus"))) {
  describe.skipIf(isMissing)(`comparing a mirror with its mailbox at ${name}`, () => {
    let server: TestMailServer;
    let desk: Desk;
    beforeAll(async () => {
      server = await open();
      desk = await openDesk(server);
      const { username: owner } = desk.mailbox;
      await server.append(desk.mailbox, generateMessages({ count: 150, owner, vip: VIP, vipCount: 60 }));
      await link(desk);
      await syncAll(desk);
      const [other] = (await discoverContacts(desk.dependencies, desk.actor, { limit: 10 })).items.filter(
        ({ email }) => email !== VIP,
      );
      for (const email of [VIP, "nobody@example.test", other?.email ?? ""]) {
        await addContact(desk.dependencies, desk.actor, { email });
      }
      await syncAll(desk);
    });
    afterAll(async () => {
      await desk.close();
      await server.stop();
    });

    const check = async (heal: boolean) => {
      const operator = { ...desk.actor, userId: null, username: "cli:test", role: "admin" as const };
      const outcome = await checkMailbox(desk.dependencies, operator, { userId: desk.actor.userId, heal });
      if (outcome.status !== "completed") throw new Error("somebody else is at it");
      return outcome.differences;
    };

    it("finds nothing where nothing differs; what the sync has not brought yet is no difference", async () => {
      const text = `From: ${VIP}\r\nTo: ${desk.mailbox.username}\r\nSubject: čerstvá\r\nMessage-ID: <${Date.now()}@x>\r\n\r\nx\r\n`;
      await server.deliver(desk.mailbox, Buffer.from(text));
      expect(await check(false)).toEqual([]);
      await expectMirrorToEqualMailbox(desk);
    });

    it("leaves an account to whoever is syncing it", async () => {
      await run(
        desk,
        "UPDATE mail_syncs SET lease_holder = gen_random_uuid(), lease_until = now() + interval '1 hour'",
      );
      const outcome = checkMailbox(
        desk.dependencies,
        { ...desk.actor, role: "admin" },
        {
          userId: desk.actor.userId,
          heal: true,
        },
      );
      expect(await outcome).toEqual({ status: "busy" });
      await run(desk, "UPDATE mail_syncs SET lease_holder = NULL, lease_until = NULL");
    });

    it.each(BREAKS.filter(({ atEach }) => atEach || name === "demo-mail"))(
      "$name: it is found, and healed when that is wanted",
      async ({ kinds, make }) => {
        await make(desk);
        const found = await check(false);
        expect(found.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
        const again = await check(true);
        expect(again.map(({ kind }) => kind)).toContain(kinds[0]);
        expect(await check(false)).toEqual([]);
        await expectMirrorToEqualMailbox(desk);
      },
    );

    it("is done for every account at night", async () => {
      await run(desk, "DELETE FROM emails WHERE jmap_id = $1", [await anyMail(desk)]);
      await reconcileAllMailboxes(desk.dependencies);
      await expectMirrorToEqualMailbox(desk);
    });
  });
}
