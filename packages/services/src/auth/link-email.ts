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
import { getUserRow } from "../users/own-user.ts";
import { takenError } from "../users/taken-error.ts";
import { toUser } from "../users/user-view.ts";
import { onboardingFlags } from "./onboarding.ts";

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
 * Stores one's address. With its password the mail account is linked and its first sync begins; without, the
 * address stays unverified and a linked account stays as it is.
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
    const { answer, account } = await dependencies.db.transaction(async (tx) => {
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
      await recordAudit(tx, actor, { ...entry, resourceId: account?.id ?? null, oldValue });
      const linked = account ?? (await findOwnMailAccount(tx, actor));
      const mailAccount = linked && { id: linked.id, address: linked.address, status: linked.status };
      const { needsEmailSetup } = onboardingFlags(user);
      return {
        account,
        answer: { user: toUser(user), mailAccount, emailVerified: user.emailVerified, needsEmailSetup },
      };
    });
    if (account) startSync(dependencies, account);
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
