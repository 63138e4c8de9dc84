import type { Database, Transaction } from "../../connect.ts";
import { emailContacts, emailSearchQueue, emails, type mailAccounts } from "../../schema/index.ts";
import { insertOne } from "./insert-one.ts";
import { uniqueWord } from "./unique-word.ts";

type Email = typeof emails.$inferSelect;

/** A mirrored message in the mailbox `account`, of those contacts; its search document is still to be built. */
export async function createEmail(
  db: Database | Transaction,
  account: Pick<typeof mailAccounts.$inferSelect, "organizationId" | "id" | "userId">,
  { contactIds = [], ...fields }: Partial<typeof emails.$inferInsert> & { contactIds?: readonly string[] } = {},
): Promise<Email> {
  const { organizationId, id: mailAccountId, userId } = account;
  const email = await insertOne(
    db
      .insert(emails)
      .values({
        organizationId,
        userId,
        mailAccountId,
        jmapId: uniqueWord("message"),
        threadId: uniqueWord("thread"),
        from: [],
        to: [],
        cc: [],
        bcc: [],
        subject: "",
        preview: "",
        bodyText: "",
        isRead: false,
        isFlagged: false,
        outbound: false,
        attachments: [],
        hasAttachment: false,
        size: 0,
        receivedAt: new Date().toISOString(),
        ...fields,
      })
      .returning(),
  );
  const { id: emailId, receivedAt } = email;
  for (const contactId of contactIds)
    await db.insert(emailContacts).values({ organizationId, contactId, emailId, receivedAt });
  await db.insert(emailSearchQueue).values({ organizationId, emailIds: [emailId] });
  return email;
}
