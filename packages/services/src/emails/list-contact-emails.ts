import type { EmailSummary } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { listEmails } from "./list-emails.ts";

/** A contact's mail, newest first. @throws ServiceError NOT_FOUND */
export function listContactEmails(
  dependencies: Dependencies,
  actor: Actor,
  input: { contactId: string; limit: number; cursor?: string | undefined },
): Promise<{ items: EmailSummary[]; nextCursor: string | null }> {
  return listEmails(dependencies, actor, input);
}
