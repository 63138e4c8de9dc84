import { organizations, users } from "@crm/db";
import type { TokenMode, User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { toUser, type UserRow } from "../users/user-view.ts";
import { onboardingFlags } from "./onboarding.ts";
import { type IssuedTokens, openSession } from "./open-session.ts";

export interface LoginInput {
  username: string;
  password: string;
  organization: string;
  mode: TokenMode;
}

export interface SignedIn extends IssuedTokens {
  user: User;
  needsPasswordChange: boolean;
  needsEmailSetup: boolean;
}

/**
 * Signs in by username and password.
 * @throws ServiceError INVALID_CREDENTIALS, the same and in the same time whatever was wrong; OVERLOADED.
 */
export async function login(dependencies: Dependencies, caller: Caller, input: LoginInput): Promise<SignedIn> {
  const { db, passwords } = dependencies;
  const found = await findUser(dependencies, input);
  // An expired temporary password costs the same hash as a wrong one.
  const stored = found.user && !isExpired(found.user) ? found.user.passwordHash : null;
  const matches = await passwords.verify(stored, input.password);
  if (!found.user || !matches) {
    if (found.organizationId) {
      await recordAudit(db, caller, {
        organizationId: found.organizationId,
        userId: found.user?.id ?? null,
        username: input.username,
        action: "auth.login",
        resource: "session",
        errorMessage: "wrong credentials",
      });
    }
    throw new ServiceError("INVALID_CREDENTIALS");
  }
  const user = found.user;
  const rehashed = passwords.needsRehash(user.passwordHash) ? await passwords.hash(input.password) : user.passwordHash;

  return db.transaction(async (tx) => {
    // The condition on the hash makes a password that changes meanwhile win over this login.
    const [signedIn] = await tx
      .update(users)
      .set({ lastLoginAt: sql`now()`, passwordHash: rehashed })
      .where(
        and(
          eq(users.organizationId, user.organizationId),
          eq(users.id, user.id),
          eq(users.passwordHash, user.passwordHash),
        ),
      )
      .returning();
    if (!signedIn) throw new ServiceError("INVALID_CREDENTIALS");
    const owner = { organizationId: user.organizationId, userId: user.id };
    const { sessionId, ...issued } = await openSession(dependencies, tx, owner, caller, input.mode);
    await recordAudit(tx, caller, {
      ...owner,
      username: user.username,
      action: "auth.login",
      resource: "session",
      resourceId: sessionId,
    });
    return { ...issued, user: toUser(signedIn), ...onboardingFlags(signedIn) };
  });
}

async function findUser(
  { db }: Dependencies,
  { organization, username }: LoginInput,
): Promise<{ organizationId: string | null; user: UserRow | null }> {
  const [row] = await db
    .select({ organizationId: organizations.id, user: users })
    .from(organizations)
    .leftJoin(
      users,
      and(eq(users.organizationId, organizations.id), eq(sql`lower(${users.username})`, username.toLowerCase())),
    )
    .where(eq(organizations.slug, organization));
  return { organizationId: row?.organizationId ?? null, user: row?.user ?? null };
}

const isExpired = (user: UserRow) =>
  user.temporaryPasswordUntil !== null && Date.parse(user.temporaryPasswordUntil) < Date.now();
