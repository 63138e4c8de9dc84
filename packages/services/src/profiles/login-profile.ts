import { organizations, profiles } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { DEFAULT_ORGANIZATION } from "../organizations/seed-admin.ts";
import { guardLogin } from "../rate-limits/guard-login.ts";
import { nameInLog } from "./authenticate-profile.ts";
import type { ProfileRow } from "./profile-view.ts";

export interface LoginProfileInput {
  email: string;
  password: string;
}

/** Apart from users: no organization is called that. */
const REALM = `profile:${DEFAULT_ORGANIZATION}`;

/**
 * Signs a customer in.
 * @throws ServiceError INVALID_CREDENTIALS, the same and in the same time whatever was wrong; RATE_LIMITED; OVERLOADED
 */
export const loginProfile = (
  dependencies: Dependencies,
  caller: Caller,
  input: LoginProfileInput,
): Promise<{ token: string }> =>
  guardLogin(dependencies, caller, { organization: REALM, username: input.email }, () =>
    signIn(dependencies, caller, input),
  );

async function signIn(
  dependencies: Dependencies,
  caller: Caller,
  { email, password }: LoginProfileInput,
): Promise<{ token: string }> {
  const { db, passwords } = dependencies;
  const [found] = await db
    .select({ organizationId: organizations.id, profile: profiles })
    .from(organizations)
    .leftJoin(
      profiles,
      and(eq(profiles.organizationId, organizations.id), eq(sql`lower(${profiles.email})`, email.toLowerCase())),
    )
    .where(eq(organizations.slug, DEFAULT_ORGANIZATION));
  if (!found) throw new Error("the installation has no organization");
  const { organizationId, profile } = found;
  const matches = await passwords.verify(profile?.passwordHash ?? null, password);
  const token = profile && matches ? await enter(dependencies, caller, profile, password) : null;
  if (token !== null) return { token };
  await recordAudit(db, caller, {
    organizationId,
    userId: null,
    username: nameInLog(email),
    action: "profile.login",
    resource: "profile",
    resourceId: profile?.id ?? null,
    errorMessage: "wrong credentials",
  });
  throw new ServiceError("INVALID_CREDENTIALS", { message: "The e-mail address or the password is wrong." });
}

/** The token; null when the password changed or the profile went meanwhile. */
async function enter(
  { db, passwords, profileTokens, revocations }: Dependencies,
  caller: Caller,
  { organizationId, id, email, passwordHash }: ProfileRow,
  password: string,
): Promise<string | null> {
  const rehashed = passwords.needsRehash(passwordHash) ? await passwords.hash(password) : passwordHash;
  await revocations.prepare();
  return db.transaction(async (tx) => {
    const [entered] = await tx
      .update(profiles)
      .set({ passwordHash: rehashed })
      .where(
        and(eq(profiles.organizationId, organizationId), eq(profiles.id, id), eq(profiles.passwordHash, passwordHash)),
      )
      .returning({ tokenVersion: profiles.tokenVersion });
    if (!entered) return null;
    await recordAudit(tx, caller, {
      organizationId,
      userId: null,
      username: nameInLog(email),
      action: "profile.login",
      resource: "profile",
      resourceId: id,
    });
    return profileTokens.sign({ profileId: id, organizationId, tokenVersion: entered.tokenVersion });
  });
}
