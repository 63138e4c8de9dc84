import { randomBytes } from "node:crypto";
import { users } from "@crm/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import { base32 } from "oslo/encoding";
import { createTOTPKeyURI } from "oslo/otp";
import type { Actor } from "../../actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { ServiceError } from "../../errors.ts";
import { sealSecret } from "./totp-code.ts";

/** 160 bits, as RFC 4226 §4 recommends. */
const SECRET_BYTES = 20;

/**
 * Begins a second factor: a fresh secret for the authenticator app, which counts once a code of it has been entered.
 * @throws ServiceError CONFLICT while one is on.
 */
export async function setupTotp(
  dependencies: Dependencies,
  actor: Actor,
): Promise<{ otpauthUri: string; secret: string }> {
  const bytes = randomBytes(SECRET_BYTES);
  const secret = base32.encode(bytes, { includePadding: false });
  const sealed = sealSecret(dependencies, actor, secret);
  await dependencies.db.transaction(async (tx) => {
    const changed = await tx
      .update(users)
      .set({ totpSecret: sealed, totpLastStep: null, updatedAt: sql`now()` })
      .where(
        and(eq(users.organizationId, actor.organizationId), eq(users.id, actor.userId), isNull(users.totpEnabledAt)),
      )
      .returning({ id: users.id });
    if (changed.length === 0) throw new ServiceError("CONFLICT", { message: "A second factor is on already." });
    await recordAudit(tx, actor, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      username: actor.username,
      action: "auth.totp_setup",
      resource: "user",
      resourceId: actor.userId,
    });
  });
  return { secret, otpauthUri: createTOTPKeyURI("CRM", actor.username, bytes) };
}
