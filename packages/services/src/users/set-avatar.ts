import { createHash } from "node:crypto";
import { userAvatars, users } from "@crm/db";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { avatarUrl } from "./avatar-url.ts";
import { getUserRow } from "./own-user.ts";

/**
 * Makes a picture (PNG, JPEG or WebP, in base64) one's profile picture.
 * @throws ServiceError UNPROCESSABLE for what cannot be read as one; OVERLOADED.
 */
export async function setAvatar(
  { db, pictures }: Dependencies,
  actor: Actor,
  input: { image: string },
): Promise<{ avatarUrl: string | null }> {
  const { organizationId, userId, username } = actor;
  const image = await pictures.encode(Buffer.from(input.image, "base64"));
  const version = createHash("sha256").update(image).digest("hex").slice(0, 16);
  await db.transaction(async (tx) => {
    const { avatarVersion } = await getUserRow(tx, actor);
    await tx
      .insert(userAvatars)
      .values({ organizationId, userId, image })
      .onConflictDoUpdate({
        target: [userAvatars.organizationId, userAvatars.userId],
        set: { image, updatedAt: sql`now()` },
      });
    await tx
      .update(users)
      .set({ avatarVersion: version, updatedAt: sql`now()` })
      .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
    await recordAudit(tx, actor, {
      organizationId,
      userId,
      username,
      action: "user.set_avatar",
      resource: "user",
      resourceId: userId,
      oldValue: { avatarVersion },
      newValue: { avatarVersion: version },
    });
  });
  return { avatarUrl: avatarUrl(userId, version) };
}
