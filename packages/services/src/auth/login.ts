import type { ErrorCode, TokenMode, User } from "@crm/schemas";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { guardLogin } from "../rate-limits/guard-login.ts";
import { toUser, type UserRow } from "../users/user-view.ts";
import { enterAccount } from "./enter-account.ts";
import { type FoundAccount, findAccount } from "./find-account.ts";
import { onboardingFlags } from "./onboarding.ts";
import type { IssuedTokens } from "./open-session.ts";
import { readSecondFactor, type SecondFactor, spendSecondFactor } from "./totp/second-factor.ts";

export interface LoginInput {
  username: string;
  password: string;
  organization: string;
  /** A code of the authenticator app, or a recovery code. */
  totp?: string | undefined;
  mode: TokenMode;
}

export interface SignedIn extends IssuedTokens {
  user: User;
  needsPasswordChange: boolean;
  needsEmailSetup: boolean;
}

/**
 * Signs in by username and password, and by a second factor where one is on.
 * @throws ServiceError INVALID_CREDENTIALS, the same and in the same time whatever was wrong; TOTP_REQUIRED when only
 * the second factor is missing; RATE_LIMITED; OVERLOADED.
 */
export const login = (dependencies: Dependencies, caller: Caller, input: LoginInput): Promise<SignedIn> =>
  guardLogin(dependencies, caller, input, () => signIn(dependencies, caller, input));

async function signIn(dependencies: Dependencies, caller: Caller, input: LoginInput): Promise<SignedIn> {
  const { db, passwords } = dependencies;
  const { username, organization, password, totp } = input;
  const found = await findAccount(db, { username, organization });
  const { user } = found;
  // Read whether the password is right or not: what it costs must not tell.
  const factor = totp === undefined ? null : await readSecondFactor(dependencies, user, totp);
  // An expired temporary password costs the same hash as a wrong one.
  const stored = user && !isExpired(user) ? user.passwordHash : null;
  const matches = await passwords.verify(stored, password);
  const refuse = (code: ErrorCode, reason: string) => refuseLogin(dependencies, caller, found, username, code, reason);
  if (!user || !matches) return refuse("INVALID_CREDENTIALS", "wrong credentials");
  if (user.totpEnabledAt !== null) {
    if (totp === undefined) return refuse("TOTP_REQUIRED", "the second factor was missing");
    if (!factor) return refuse("INVALID_CREDENTIALS", "the second factor was wrong");
  }
  const rehashed = passwords.needsRehash(user.passwordHash) ? await passwords.hash(password) : user.passwordHash;
  const signedIn = await enter(dependencies, caller, { user, factor, rehashed, mode: input.mode });
  return signedIn ?? refuse("INVALID_CREDENTIALS", "the second factor was used before, or the account just changed");
}

/** Spends the second factor and lets in, both or neither; null when something else was quicker. */
async function enter(
  dependencies: Dependencies,
  caller: Caller,
  { user, factor, rehashed, mode }: { user: UserRow; factor: SecondFactor | null; rehashed: string; mode: TokenMode },
): Promise<SignedIn | null> {
  const { db } = dependencies;
  const entry = { user, rehashed, mode, factors: factorsOf(factor) };
  const entered =
    user.totpEnabledAt === null
      ? await enterAccount(dependencies, db, caller, entry)
      : await db.transaction(async (tx) => {
          if (!(factor && (await spendSecondFactor(tx, user, factor)))) return null;
          return enterAccount(dependencies, tx, caller, entry);
        });
  return entered && { ...entered, user: toUser(entered.user), ...onboardingFlags(entered.user) };
}

async function refuseLogin(
  { db }: Dependencies,
  caller: Caller,
  { organizationId, user }: FoundAccount,
  username: string,
  code: ErrorCode,
  reason: string,
): Promise<never> {
  if (organizationId) {
    await recordAudit(db, caller, {
      organizationId,
      userId: user?.id ?? null,
      username,
      action: "auth.login",
      resource: "session",
      errorMessage: reason,
    });
  }
  throw new ServiceError(code);
}

/** What the sign-in was proved by, for the log. */
function factorsOf(factor: SecondFactor | null): string[] {
  if (!factor) return ["password"];
  return ["password", "step" in factor ? "totp" : "recovery_code"];
}

const isExpired = (user: UserRow) =>
  user.temporaryPasswordUntil !== null && Date.parse(user.temporaryPasswordUntil) < Date.now();
