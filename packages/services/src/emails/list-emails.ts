import type { EmailSummary } from "@crm/schemas";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { getContactRow } from "../contacts/own-contact.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, toPage } from "../paging.ts";
import { selectEmailSummaries } from "./email-view.ts";

export interface ListEmailsInput {
  contactId?: string | undefined;
  isRead?: boolean | undefined;
  direction?: "inbound" | "outbound" | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** One's mirrored mail, newest first. @throws ServiceError NOT_FOUND for a contact that is not one's own */
export async function listEmails(
  { db }: Dependencies,
  actor: Actor,
  input: ListEmailsInput,
): Promise<{ items: EmailSummary[]; nextCursor: string | null }> {
  if (input.contactId !== undefined) await getContactRow(db, actor, input.contactId);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, "instant", "uuid");
  const wanted = input.limit + 1;
  const rows = await selectEmailSummaries(
    db,
    actor,
    (email) =>
      and(
        after ? sql`(${email.receivedAt}, ${email.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
        input.isRead === undefined ? undefined : input.isRead ? email.isRead : sql`NOT ${email.isRead}`,
        input.direction === undefined ? undefined : eq(email.outbound, input.direction === "outbound"),
        input.contactId === undefined ? undefined : inArray(email.id, pageOfContact(input.contactId)),
      ),
    wanted,
  );
  return toPage(
    rows,
    input.limit,
    (row) => [row.date, row.id],
    (row) => row,
  );

  // Without other filters the contact's own index already knows which rows the page has.
  function pageOfContact(contactId: string) {
    const unfiltered = input.isRead === undefined && input.direction === undefined;
    return sql`(SELECT l.email_id FROM email_contacts l
      WHERE l.organization_id = ${actor.organizationId} AND l.contact_id = ${contactId}
        AND ${after ? sql`(l.received_at, l.email_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`}
      ORDER BY l.received_at DESC, l.email_id DESC
      LIMIT ${unfiltered ? wanted : null})`;
  }
}
