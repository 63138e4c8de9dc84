import { randomBytes } from "node:crypto";
import { createOrganization, createSession, createTestDatabase, createUser, type TestDatabase } from "@crm/db/testing";
import { type DemoMailServer, startDemoMail } from "@crm/demo-mail";
import { type Caller, createDependencies, type Dependencies, type Logger, type SessionActor } from "@crm/services";

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

export const caller: Caller = { requestId: "test", ipAddress: "192.0.2.1", userAgent: "test" };

/** The one mail domain that the operator of these tests listed. */
export const DOMAIN = "house.test";

type Fields = Parameters<typeof createUser>[2];

/** An organization, "default", with a mail server beside it. */
export interface House {
  database: TestDatabase;
  dependencies: Dependencies;
  mail: DemoMailServer;
  organizationId: string;
  /** A user with a living session, as services see them. */
  moveIn(fields?: Fields): Promise<SessionActor>;
  /** The audit rows of an action, oldest first. */
  audited(action: string): Promise<{ success: boolean; username: string | null; newValue: unknown }[]>;
  close(): Promise<void>;
}

export async function openHouse(): Promise<House> {
  const database = await createTestDatabase();
  const mail = await startDemoMail({ accounts: [], seed: "empty" });
  const dependencies = createDependencies({
    db: database.db,
    logger,
    signingKeys: [{ id: "test", secret: randomBytes(32) }],
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    mailServers: { byDomain: new Map([[DOMAIN, mail.sessionUrl]]) },
  });
  const organization = await createOrganization(database.db, { slug: "default" });
  return {
    database,
    dependencies,
    mail,
    organizationId: organization.id,
    async moveIn(fields = {}) {
      const user = await createUser(database.db, organization, fields);
      const session = await createSession(database.db, user);
      const { id: userId, organizationId, username, role, temporaryPasswordUntil } = user;
      const passwordDue = temporaryPasswordUntil !== null;
      return { ...caller, userId, organizationId, username, role, passwordDue, sessionId: session.id };
    },
    async audited(action) {
      const { rows } = await database.pool.query(
        `SELECT success, username, new_value AS "newValue" FROM audit_logs WHERE action = $1 ORDER BY created_at, id`,
        [action],
      );
      return rows;
    },
    async close() {
      await dependencies.background.stop();
      await mail.close();
      await database.drop();
    },
  };
}
