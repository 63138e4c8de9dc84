import type { Email } from "@crm/schemas";
import { and, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { findOwnMailAccount } from "../mail/mail-account.ts";
import { selectEmails } from "./email-view.ts";

/** A message with its bodies, by the id it has at the mail server. @throws ServiceError NOT_FOUND */
export async function getEmail({ db }: Dependencies, actor: Actor, { jmapId }: { jmapId: string }): Promise<Email> {
  const account = await findOwnMailAccount(db, actor);
  const [email] = account
    ? await selectEmails(
        db,
        actor,
        // Both together are the unique key; the id alone would be a scan of one's mail.
        (table) => and(eq(table.mailAccountId, account.id), eq(table.jmapId, jmapId)),
        1,
      )
    : [];
  if (!email) throw new ServiceError("NOT_FOUND", { message: "There is no such message." });
  return email;
}
