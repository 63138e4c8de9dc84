import { users } from "@crm/db";
import type { User } from "@crm/schemas";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { linkMailAccount } from "../mail/link-mail-account.ts";
import { findOwnMailAccount, type MailAccountRow } from "../mail/mail-account.ts";
import { proveMailbox } from "../mail/prove-mailbox.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import { tellOwner } from "../post/tell-owner.ts";
import { verifyEmailLetter } from "../post/verify-email-letter.ts";
import { getUserRow } from "../users/own-user.ts";
import { takenError } from "../users/taken-error.ts";
import { toUser } from "../users/user-view.ts";
import { onboardingFlags } from "./onboarding.ts";
import { dropUserTokens, VERIFICATION_MINUTES } from "./user-tokens.ts";
import { createVerificationCode, keepVerificationCode } from "./verification-code.ts";

export interface LinkEmailInput {
  email: string;
  emailPassword?: string | undefined;
}

export interface LinkedEmail {
  user: User;
  mailAccount: Pick<MailAccountRow, "id" | "address" | "status"> | null;
  emailVerified: boolean;
  needsEmailSetup: boolean;
}

/**
 * Stores one's address. With its password the mail account is linked and its first sync begins; without, a linked
 * account stays as it is, and the address is unverified until the code that is mailed to it comes back.
 * @throws ServiceError MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE, MAIL_DOMAIN_NOT_ALLOWED, EMAIL_TAKEN.
 */
export async function linkEmail(dependencies: Dependencies, actor: Actor, input: LinkEmailInput): Promise<LinkedEmail> {
  const { email: address, emailPassword: password } = input;
  const entry = {
    organizationId: actor.organizationId,
    userId: actor.userId,
    username: actor.username,
    action: "auth.link_email",
    resource: "mail_account",
    newValue: { address },
  } as const;
  try {
    // The mail server may take seconds to answer: nothing of ours is locked meanwhile.
    const proof = password === undefined ? null : await proveMailbox(dependencies, { address, password });
    const { postman } = dependencies;
    const verification = postman && !proof ? await createVerificationCode(dependencies) : null;
    const { answer, account, before } = await dependencies.db.transaction(async (tx) => {
      const before = await getUserRow(tx, actor);
      const account =
        proof && password !== undefined
          ? await linkMailAccount(tx, dependencies, actor, { address, password, proof })
          : null;
      const verified = account !== null || (before.emailVerified && sameAddress(before.email, address));
      const [user] = await tx
        .update(users)
        .set({
          email: address,
          emailVerified: verified,
          mailboxStep: account ? "linked" : undefined,
          updatedAt: sql`now()`,
        })
        .where(and(eq(users.organizationId, actor.organizationId), eq(users.id, actor.userId)))
        .returning();
      if (!user) throw new ServiceError("UNAUTHORIZED");
      const oldValue = { address: before.email };
      // What was mailed to the old address must not count for the new one.
      if (!sameAddress(before.email, address)) await dropUserTokens(tx, actor, "reset_password", "verify_email");
      if (verification && !verified) await keepVerificationCode(tx, actor, address, verification);
      await recordAudit(tx, actor, { ...entry, resourceId: account?.id ?? null, oldValue });
      const linked = account ?? (await findOwnMailAccount(tx, actor));
      const mailAccount = linked && { id: linked.id, address: linked.address, status: linked.status };
      const { needsEmailSetup } = onboardingFlags(user);
      return {
        account,
        before,
        answer: { user: toUser(user), mailAccount, emailVerified: user.emailVerified, needsEmailSetup },
      };
    });
    if (account) startSync(dependencies, account);
    if (!sameAddress(before.email, address)) tellOwner(dependencies, before, "address");
    if (postman && verification && !answer.emailVerified) {
      const letter = verifyEmailLetter({ code: verification.code, minutes: VERIFICATION_MINUTES });
      postman.send(async () => ({ to: address, ...letter }));
    }
    return answer;
  } catch (error) {
    const failure = takenError(error) ?? error;
    if (failure instanceof ServiceError) {
      await recordAudit(dependencies.db, actor, { ...entry, errorMessage: failure.message });
    }
    throw failure;
  }
}

const sameAddress = (one: string | null, other: string) => one?.toLowerCase() === other.toLowerCase();
