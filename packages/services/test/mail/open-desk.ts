import { randomBytes } from "node:crypto";
import { createOrganization, createTestDatabase, createUser, type TestDatabase } from "@crm/db/testing";
import { connect, type JmapClient } from "@crm/jmap";
import type { TestAccount, TestMailServer } from "@crm/jmap/testing";
import {
  type Actor,
  createDependencies,
  type Dependencies,
  type DependenciesOptions,
  type Logger,
  linkEmail,
  syncNow,
} from "@crm/services";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** A person at work: a user, their mailbox at a real mail server, and what acts for them. */
export interface Desk {
  database: TestDatabase;
  dependencies: Dependencies;
  /** What every process of this installation is started with. */
  keys: Pick<DependenciesOptions, "signingKeys" | "encryptionKeys">;
  /** The same installation after its operator has named another mail server. */
  withMailServer(sessionUrl: string): Dependencies;
  actor: Actor;
  mailbox: TestAccount;
  /** The mailbox seen by another mail program. */
  client: JmapClient;
  close(): Promise<void>;
}

/** Makes a desk over a database of its own; the mailbox is not linked yet. */
export async function openDesk(server: Pick<TestMailServer, "sessionUrl" | "createAccount">): Promise<Desk> {
  const database = await createTestDatabase();
  const keys: Desk["keys"] = {
    signingKeys: [{ id: "test", secret: randomBytes(32) }],
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
  };
  const withMailServer = (sessionUrl: string) =>
    createDependencies({ db: database.db, logger, ...keys, mailServers: { sessionUrl } });
  const dependencies = withMailServer(server.sessionUrl);
  const organization = await createOrganization(database.db);
  const user = await createUser(database.db, organization);
  const mailbox = await server.createAccount();
  return {
    database,
    dependencies,
    keys,
    withMailServer,
    mailbox,
    client: await connect({ sessionUrl: server.sessionUrl, auth: { type: "basic", ...mailbox } }),
    actor: {
      requestId: "test",
      ipAddress: "192.0.2.1",
      userAgent: "test",
      organizationId: organization.id,
      userId: user.id,
      username: user.username,
      role: user.role,
      sessionId: "01900000-0000-7000-8000-000000000000",
      passwordDue: false,
    },
    async close() {
      await dependencies.background.stop();
      await database.drop();
    },
  };
}

/**
 * For a suite whose tests share a mail server and have a desk each. Both are filled in before they are needed: take
 * nothing out of them but within a test.
 */
export function deskForEachTest<Server extends TestMailServer>(
  open: () => Promise<Server>,
): { server: Server; desk: Desk } {
  const server = {} as Server;
  const desk = {} as Desk;
  beforeAll(async () => {
    Object.assign(server, await open());
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    Object.assign(desk, await openDesk(server));
  });
  afterEach(() => desk.close());
  return { server, desk };
}

export const link = ({ dependencies, actor, mailbox }: Desk) =>
  linkEmail(dependencies, actor, { email: mailbox.username, emailPassword: mailbox.password });

/** Syncs until a sync was complete, whoever else is at it. */
export async function syncAll({ dependencies, actor }: Desk) {
  for (const deadline = Date.now() + 60_000; ; ) {
    const answer = await syncNow(dependencies, actor);
    if (answer.status === "completed") return answer;
    if (Date.now() > deadline) throw new Error("the sync did not come to an end");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
