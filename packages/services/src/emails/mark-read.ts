import type { Email } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { getEmail } from "./get-email.ts";
import { setRead } from "./set-read.ts";

/**
 * Marks a message read or unread, at the mail server first and then here.
 * @throws ServiceError NOT_FOUND, MAIL_SERVER_UNAVAILABLE
 */
export async function markRead(
  dependencies: Dependencies,
  actor: Actor,
  { jmapId, isRead }: { jmapId: string; isRead: boolean },
): Promise<Email> {
  const email = await getEmail(dependencies, actor, { jmapId });
  if (email.isRead === isRead) return email;
  await setRead(dependencies, actor, [email], isRead);
  return getEmail(dependencies, actor, { jmapId });
}
