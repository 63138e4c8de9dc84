import { randomBytes } from "node:crypto";
import {
  createContact,
  createEmail,
  createMailAccount,
  createOrganization,
  createTestDatabase,
  createUser,
} from "@crm/db/testing";
import { type Actor, buildSearchDocuments, createDependencies, type Logger, searchEmails } from "@crm/services";
import { afterEach, beforeEach, expect } from "vitest";

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

type NewEmail = Parameters<typeof createEmail>[2];

/** An installation whose mail is stored by the test itself. */
async function openMailroom() {
  const database = await createTestDatabase();
  const dependencies = createDependencies({
    db: database.db,
    logger,
    signingKeys: [{ id: "test", secret: randomBytes(32) }],
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    mailServers: {},
  });
  /** Somebody with a mailbox, who searches in it. */
  async function moveIn() {
    const { db } = database;
    const user = await createUser(db, await createOrganization(db));
    const account = await createMailAccount(db, user);
    const { organizationId, id: userId, username, role } = user;
    const caller = { requestId: "test", ipAddress: null, userAgent: null };
    const actor: Actor = { ...caller, organizationId, userId, username, role, sessionId: null, passwordDue: false };
    const search = (q: string, filters: Partial<Parameters<typeof searchEmails>[2]> = {}) =>
      searchEmails(dependencies, actor, { q, limit: 50, ...filters });
    return {
      account,
      search,
      contact: () => createContact(db, user),
      /** Mirrors messages, the first the newest, and makes them searchable. */
      async receive(...messages: NonNullable<NewEmail>[]) {
        const stored = [];
        for (const [index, fields] of messages.entries()) {
          const receivedAt = new Date(Date.UTC(2026, 0, 1) - index * 60_000).toISOString();
          stored.push(await createEmail(db, account, { receivedAt, ...fields }));
        }
        await buildSearchDocuments(dependencies);
        return stored;
      },
      subjects: async (...search_: Parameters<typeof search>) =>
        (await search(...search_)).items.map(({ subject }) => subject),
      /** Every page; `between` runs after each. */
      async pages(
        q: string,
        filters: Parameters<typeof search>[1] & { limit: number },
        between: () => Promise<unknown> = async () => {},
      ) {
        const { limit } = filters;
        const found: Awaited<ReturnType<typeof search>>["items"] = [];
        for (let cursor: string | undefined; ; ) {
          const page = await search(q, { ...filters, cursor });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items);
          if (page.nextCursor === null) return found;
          cursor = page.nextCursor;
          await between();
        }
      },
    };
  }

  return { database, dependencies, moveIn };
}

export type Mailroom = Awaited<ReturnType<typeof openMailroom>>;

/** One for each test of a file, filled in before it: take nothing out of it but within a test. */
export function mailroomForEachTest(): Mailroom {
  const room = {} as Mailroom;
  beforeEach(async () => {
    Object.assign(room, await openMailroom());
  });
  afterEach(() => room.database.drop());
  return room;
}

export const person = (name: string | null, email: string) => [{ name, email }];
