import type { emails } from "@crm/db";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { selectEmailSummaries } from "./email-view.ts";
import { setRead } from "./set-read.ts";

/** Longer threads than any that people or machines have. */
const MAX_MESSAGES = 20_000;

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
  const ofThread = (email: typeof emails) => eq(email.threadId, threadId);
  const thread = await selectEmailSummaries(dependencies.db, actor, ofThread, MAX_MESSAGES);
  if (thread.length === 0) throw new ServiceError("NOT_FOUND", { message: "There is no such thread." });
  const changing = thread.filter((email) => email.isRead !== isRead);
  return { updated: await setRead(dependencies, actor, changing, isRead) };
}
