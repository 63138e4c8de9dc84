import { randomBytes } from "node:crypto";
import { createOrganization, createProfile, createSession, createUser } from "@crm/db/testing";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { type Actor, addContact, blockAddress, createApiKey, linkEmail, mergeContacts, syncNow } from "@crm/services";
import { startTestServer, type TestServer } from "./start-test-server.ts";

type UserRow = Awaited<ReturnType<typeof createUser>>;

/** The installation with a mail server beside it, and limits that nobody reaches. */
export interface World {
  server: TestServer;
  mail: DemoMailServer;
  /** Somebody new, with a session; in another organization when `tenant` is given. */
  moveIn(fields?: Parameters<typeof createUser>[2], tenant?: { id: string }): Promise<Person>;
  /** Links a mailbox with mail from `friend@x.test`, who is a contact; what is named is the last of `messages`. */
  settle(person: Person, messages?: number): Promise<Belongings>;
  newTenant(): ReturnType<typeof createOrganization>;
  close(): Promise<void>;
}

export interface Person {
  user: UserRow;
  actor: Actor;
  /** A fresh session's access token. */
  token(): Promise<string>;
  key(scopes: Parameters<typeof createApiKey>[2]["scopes"]): Promise<string>;
}

/** What is somebody's own; `marker` stands in all of it that has words. */
export interface Belongings {
  marker: string;
  userId: string;
  sessionId: string;
  apiKeyId: string;
  contactId: string;
  /** Another contact, which a third was merged into. */
  otherContactId: string;
  blocklistEntryId: string;
  jmapId: string;
  threadId: string;
  messageId: string;
  /** Of a file in the message. */
  blobId: string;
  /** A customer of the organization, with an address of its own and `TEST_PASSWORD`. */
  profileId: string;
  profileEmail: string;
}

const UNLIMITED = { windowMs: 900_000, maxRequests: 10_000_000, loginMax: 10_000_000, sensitiveMax: 10_000_000 };

export async function openWorld(): Promise<World> {
  const mail = await startDemoMail({ accounts: [], replyDelay: null });
  const server = await startTestServer({}, { mailServers: { sessionUrl: mail.sessionUrl }, rateLimits: UNLIMITED });
  const { dependencies, database, organization } = server;
  const caller = { requestId: "test", ipAddress: null, userAgent: null };

  const moveIn: World["moveIn"] = async (fields, tenant = organization) => {
    const user = await createUser(database.db, tenant, fields);
    const { organizationId, id: userId, username, role } = user;
    const actor: Actor = { ...caller, organizationId, userId, username, role, sessionId: null, passwordDue: false };
    return {
      user,
      actor,
      async token() {
        const { id: sessionId } = await createSession(database.db, user);
        return dependencies.accessTokens.sign({ organizationId, userId, sessionId });
      },
      key: async (scopes) => (await createApiKey(dependencies, actor, { name: "key", scopes })).key,
    };
  };

  const settle: World["settle"] = async ({ user, actor }, messages = 1) => {
    const marker = `marker-${randomBytes(6).toString("hex")}`;
    const address = `${marker}@house.test`;
    mail.addAccount(address, "secret");
    const messageId = `${marker}@x.test`;
    // The server numbers each account's messages alike: with more of them, the last has an id that others lack.
    for (let number = messages; number > 0; number--) {
      const word = number === 1 ? marker : `${marker}-${number}`;
      const headers = `From: Friend <friend@x.test>\r\nTo: ${address}\r\nMessage-ID: <${word}@x.test>\r\n`;
      const type = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
      const file = 'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"';
      const parts = [`\r\n\r\n${marker}`, `\r\n${file}\r\n\r\n${word}`].map((part) => `--b${part}\r\n`).join("");
      await mail.deliver(address, `${headers}Subject: ${word}\r\n${type}\r\n${parts}--b--\r\n`);
    }
    await database.pool.query("UPDATE users SET first_name = $1 WHERE id = $2", [marker, user.id]);
    await linkEmail(dependencies, actor, { email: address, emailPassword: "secret" });
    const { contact } = await addContact(dependencies, actor, { email: "friend@x.test", name: marker });
    const other = await addContact(dependencies, actor, { email: "other@x.test", name: marker });
    const third = await addContact(dependencies, actor, { email: "third@x.test", name: marker });
    await mergeContacts(dependencies, actor, { id: other.contact.id, contactId: third.contact.id });
    const blocked = await blockAddress(dependencies, actor, { pattern: `${marker}@blocked.test` });
    await syncNow(dependencies, actor);
    const { rows } = await database.pool.query(
      'SELECT jmap_id AS "jmapId", thread_id AS "threadId", attachments->0->>\'blobId\' AS "blobId" FROM emails WHERE user_id = $1 AND message_id = $2',
      [user.id, messageId],
    );
    const session = await createSession(database.db, user, { userAgent: marker });
    const { apiKey } = await createApiKey(dependencies, actor, { name: marker, scopes: ["contacts:read"] });
    const profile = await createProfile(database.db, { id: user.organizationId }, { name: `${marker} customer` });
    const ids = {
      profileId: profile.id,
      profileEmail: profile.email,
      userId: user.id,
      sessionId: session.id,
      apiKeyId: apiKey.id,
      contactId: contact.id,
      otherContactId: other.contact.id,
      blocklistEntryId: blocked.id,
    };
    return { marker, messageId, ...ids, ...rows[0] };
  };

  return {
    server,
    mail,
    moveIn,
    settle,
    newTenant: () => createOrganization(database.db),
    async close() {
      await server.stop();
      await mail.close();
    },
  };
}
