import { users } from "@crm/db";
import type { Role, User } from "@crm/schemas";
import type { Administrator } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { checkPasswordPolicy } from "../auth/check-password-policy.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { linkMailAccount } from "../mail/link-mail-account.ts";
import { proveMailbox } from "../mail/prove-mailbox.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import { requireAdmin } from "./require-admin.ts";
import { takenError } from "./taken-error.ts";
import { generateTemporaryPassword, temporaryPasswordExpiry } from "./temporary-password.ts";
import { toUser } from "./user-view.ts";

export interface CreateUserInput {
  username: string;
  firstName?: string | undefined;
  lastName?: string | undefined;
  role: Role;
  /** Generated when absent. */
  tempPassword?: string | undefined;
  email?: string | undefined;
  /** Links the mail account at once; the mail server has to accept it. */
  emailPassword?: string | undefined;
}

/** The password is in this answer and nowhere else. */
export interface CreatedUser {
  user: User & { tempPassword: string; emailSetup: boolean };
}

/**
 * Makes a user with a temporary password, and with `emailPassword` the linked mail account too: both or neither.
 * @throws ServiceError FORBIDDEN, USERNAME_TAKEN, EMAIL_TAKEN, VALIDATION_ERROR, and the mail server's as in `linkEmail`.
 */
export async function createUser(
  dependencies: Dependencies,
  actor: Administrator,
  input: CreateUserInput,
): Promise<CreatedUser> {
  requireAdmin(actor);
  const { username, role, email, emailPassword } = input;
  const { organizationId } = actor;
  const entry = {
    organizationId,
    userId: actor.userId,
    username: actor.username,
    action: "user.create",
    resource: "user",
    newValue: { username, role, email: email ?? null },
  } as const;
  if (input.tempPassword !== undefined) checkPasswordPolicy(input.tempPassword, username, "tempPassword");
  try {
    const mailbox = await provenMailbox(dependencies, email, emailPassword);
    const tempPassword = input.tempPassword ?? generateTemporaryPassword();
    const passwordHash = await dependencies.passwords.hash(tempPassword);
    const { user, account } = await dependencies.db.transaction(async (tx) => {
      const [user] = await tx
        .insert(users)
        .values({
          organizationId,
          username,
          role,
          firstName: input.firstName,
          lastName: input.lastName,
          email,
          emailVerified: mailbox !== null,
          mailboxStep: mailbox ? "linked" : "pending",
          passwordHash,
          temporaryPasswordUntil: temporaryPasswordExpiry(),
        })
        .returning();
      if (!user) throw new Error("the user was not inserted");
      const owner = { organizationId, userId: user.id };
      const account = mailbox && (await linkMailAccount(tx, dependencies, owner, mailbox));
      await recordAudit(tx, actor, { ...entry, resourceId: user.id });
      return { user, account };
    });
    if (account) startSync(dependencies, account);
    return { user: { ...toUser(user), tempPassword, emailSetup: account !== null } };
  } catch (error) {
    const failure = takenError(error) ?? error;
    if (failure instanceof ServiceError) {
      await recordAudit(dependencies.db, actor, { ...entry, errorMessage: failure.message });
    }
    throw failure;
  }
}

async function provenMailbox(dependencies: Dependencies, address: string | undefined, password: string | undefined) {
  if (password === undefined) return null;
  if (address === undefined) {
    throw new ServiceError("VALIDATION_ERROR", {
      details: [{ path: "email", message: "is needed beside emailPassword" }],
    });
  }
  return { address, password, proof: await proveMailbox(dependencies, { address, password }) };
}
