import type { Database, Transaction } from "../../connect.ts";
import { sessions, type users } from "../../schema/index.ts";
import { insertOne } from "./insert-one.ts";

type Session = typeof sessions.$inferSelect;
const HOUR = 3_600_000;

/** A living session of `owner`, without refresh tokens. */
export function createSession(
  db: Database | Transaction,
  owner: Pick<typeof users.$inferSelect, "organizationId" | "id">,
  fields: Partial<typeof sessions.$inferInsert> = {},
): Promise<Session> {
  const { organizationId, id: userId } = owner;
  const expiresAt = new Date(Date.now() + HOUR).toISOString();
  return insertOne(
    db
      .insert(sessions)
      .values({ organizationId, userId, mode: "token", expiresAt, ...fields })
      .returning(),
  );
}
