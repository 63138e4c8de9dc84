import { type Database, newId, type Transaction, users } from "@crm/db";
import type { TokenMode } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Caller } from "../actor.ts";
import { type AuditEntry, auditRow } from "../audit/record-audit.ts";
import { createOpaqueToken } from "../crypto/opaque-token.ts";
import type { Dependencies } from "../dependencies.ts";
import { type UserRow, VIEWED_COLUMNS } from "../users/user-view.ts";
import { ACCESS_TOKEN_SECONDS } from "./access-tokens.ts";
import type { IssuedTokens } from "./open-session.ts";
import { firstExpiry } from "./session-expiry.ts";

/** What a login needs of its user once they are in. */
type EnteredUser = Pick<UserRow, keyof typeof VIEWED_COLUMNS | "mailboxStep">;

interface Entry {
  /** As it was when the password was verified. */
  user: UserRow;
  /** The hash to store from now on. */
  rehashed: string;
  mode: TokenMode;
  /** What the sign-in was proved by, for the log. */
  factors: readonly string[];
}

/**
 * The end of a login: the user's mark, a session with its first pair of tokens, and the audit row, in one statement and
 * so all or nothing: six round trips would cost more than all else that a login does beside its hash. Null when the
 * password has changed meanwhile, or a second factor was turned on: that wins over this login.
 * @param on a transaction where something else stands or falls with it
 */
export async function enterAccount(
  { db, accessTokens }: Pick<Dependencies, "db" | "accessTokens">,
  on: Database | Transaction,
  caller: Caller,
  { user, rehashed, mode, factors }: Entry,
): Promise<(IssuedTokens & { user: EnteredUser }) | null> {
  const { organizationId, id: userId, username } = user;
  const sessionId = newId();
  const { token: refreshToken, hash: tokenHash } = createOpaqueToken(organizationId);
  const accessToken = accessTokens.sign({ organizationId, userId, sessionId });
  const entry: AuditEntry = {
    ...{ organizationId, userId, username },
    action: "auth.login",
    resource: "session",
    resourceId: sessionId,
    newValue: { factors },
  };
  const { newValue, ...audited } = auditRow(caller, entry);
  const [entered] = await (on === db ? preparedOn(db) : prepare(on)).execute({
    ...audited,
    newValue: JSON.stringify(newValue),
    ...{ sessionId, mode, tokenHash, rehashed, expiresAt: firstExpiry() },
    ...{ tokenId: newId(), auditId: newId() },
    passwordHash: user.passwordHash,
    hasSecondFactor: user.totpEnabledAt !== null,
  });
  if (!entered) return null;
  return { user: entered, mode, tokens: { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS } };
}

const statements = new WeakMap<Database, ReturnType<typeof prepare>>();
function preparedOn(db: Database): ReturnType<typeof prepare> {
  const statement = statements.get(db) ?? prepare(db);
  statements.set(db, statement);
  return statement;
}

const { placeholder } = sql;

function prepare(on: Database | Transaction) {
  const entered = on.$with("entered").as(
    on
      .update(users)
      .set({ lastLoginAt: sql`now()`, passwordHash: sql`${placeholder("rehashed")}` })
      .where(
        and(
          eq(users.organizationId, placeholder("organizationId")),
          eq(users.id, placeholder("userId")),
          eq(users.passwordHash, placeholder("passwordHash")),
          sql`(${placeholder("hasSecondFactor")}::boolean OR ${users.totpEnabledAt} IS NULL)`,
        ),
      )
      .returning({ ...VIEWED_COLUMNS, mailboxStep: users.mailboxStep, organizationId: users.organizationId }),
  );
  const opened = on.$with("opened", {}).as(sql`
    INSERT INTO sessions (organization_id, id, user_id, mode, ip_address, user_agent, expires_at)
    SELECT organization_id, ${placeholder("sessionId")}::uuid, id, ${placeholder("mode")}, ${placeholder("ipAddress")},
      ${placeholder("userAgent")}, ${placeholder("expiresAt")}::timestamptz
    FROM entered`);
  const issued = on.$with("issued", {}).as(sql`
    INSERT INTO refresh_tokens (organization_id, id, session_id, token_hash)
    SELECT organization_id, ${placeholder("tokenId")}::uuid, ${placeholder("sessionId")}::uuid, ${placeholder("tokenHash")}::bytea
    FROM entered`);
  const recorded = on.$with("recorded", {}).as(sql`
    INSERT INTO audit_logs (organization_id, id, user_id, username, action, resource, resource_id, old_value, new_value,
      ip_address, user_agent, success, error_message)
    SELECT organization_id, ${placeholder("auditId")}::uuid, id, ${placeholder("username")}, ${placeholder("action")},
      ${placeholder("resource")}, ${placeholder("resourceId")}, ${placeholder("oldValue")}::jsonb,
      ${placeholder("newValue")}::jsonb, ${placeholder("ipAddress")}, ${placeholder("userAgent")},
      ${placeholder("success")}::boolean, ${placeholder("errorMessage")}
    FROM entered`);
  return on.with(entered, opened, issued, recorded).select().from(entered).prepare("enter_account");
}
