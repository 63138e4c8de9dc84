import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { userTokens } from "@crm/db";
import type { Caller } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { createOpaqueToken } from "../crypto/opaque-token.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import type { AddressedLetter } from "../post/postman.ts";
import { resetPasswordLetter } from "../post/reset-password-letter.ts";
import { type AccountName, findAccount } from "./find-account.ts";
import { expiryIn, RESET_MINUTES } from "./user-tokens.ts";

/** How long after a request its work begins, in milliseconds: the answer is out by then, and the next one's time is not hit. */
const LATER = { least: 50, most: 250 };

/**
 * Mails a link to a new password to whoever it is, if they exist and have an address. Everything that depends on that
 * happens after the answer, which therefore tells nothing, by its time neither.
 * @throws ServiceError MAIL_NOT_CONFIGURED, OVERLOADED.
 */
export async function forgotPassword(
  dependencies: Dependencies,
  caller: Caller,
  input: AccountName,
): Promise<{ sent: true }> {
  const { postman, background } = dependencies;
  if (!postman) throw new ServiceError("MAIL_NOT_CONFIGURED");
  const taken = postman.send(async () => {
    // A process that stops does not wait, and leaves nothing undone.
    await wait(randomInt(LATER.least, LATER.most), undefined, { signal: background.signal }).catch(() => {});
    return issueLink(dependencies, caller, input, postman.appUrl);
  });
  if (!taken) throw new ServiceError("OVERLOADED", { retryAfter: 5 });
  return { sent: true };
}

async function issueLink(
  { db }: Dependencies,
  caller: Caller,
  input: AccountName,
  appUrl: string,
): Promise<AddressedLetter | null> {
  const { organizationId, user } = await findAccount(db, input);
  if (!organizationId) return null;
  const email = user?.email ?? null;
  const entry = {
    organizationId,
    userId: user?.id ?? null,
    username: user?.username ?? input.username ?? null,
    action: "auth.forgot_password",
    resource: "user",
    resourceId: user?.id ?? null,
    newValue: { email: email ?? input.email ?? null },
  } as const;
  if (!user || email === null) {
    const errorMessage = user ? "the user has no e-mail address" : "there is no such user";
    await recordAudit(db, caller, { ...entry, errorMessage });
    return null;
  }
  const { token, hash } = createOpaqueToken(organizationId);
  await db.transaction(async (tx) => {
    await tx.insert(userTokens).values({
      organizationId,
      userId: user.id,
      purpose: "reset_password",
      tokenHash: hash,
      email,
      expiresAt: expiryIn(RESET_MINUTES),
    });
    await recordAudit(tx, caller, entry);
  });
  // In the fragment, which browsers keep to themselves: it reaches no server's log and no Referer.
  const link = `${appUrl}/reset-password#token=${token}`;
  return { to: email, ...resetPasswordLetter({ link, minutes: RESET_MINUTES }) };
}
