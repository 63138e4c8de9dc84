import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { selectEmailSummaries } from "./email-view.ts";
import { setRead } from "./set-read.ts";

/**
 * Marks all mirrored messages of a thread read or unread, at the mail server first and then here.
 * @returns how many changed
 * @throws ServiceError NOT_FOUND, MAIL_SERVER_UNAVAILABLE
 */
export async function markThreadRead(
  dependencies: Dependencies,
  actor: Actor,
  { threadId, isRead }: { threadId: string; isRead: boolean },
): Promise<{ updated: number }> {
  const thread = await selectEmailSummaries(dependencies.db, actor, (email) => eq(email.threadId, threadId));
  if (thread.length === 0) throw new ServiceError("NOT_FOUND", { message: "There is no such thread." });
  const changing = thread.filter((email) => email.isRead !== isRead);
  return { updated: await setRead(dependencies, actor, changing, isRead) };
}
