import type { Email } from "@crm/schemas";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { selectEmails } from "./email-view.ts";

/** A thread's mail with bodies, oldest first. @throws ServiceError NOT_FOUND */
export async function getThread(
  { db }: Dependencies,
  actor: Actor,
  { threadId }: { threadId: string },
): Promise<Email[]> {
  const thread = await selectEmails(db, actor, (email) => eq(email.threadId, threadId));
  if (thread.length === 0) throw new ServiceError("NOT_FOUND", { message: "There is no such thread." });
  return thread;
}
