import { type Database, emails } from "@crm/db";
import type { EmailSummary } from "@crm/schemas";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { getContactRow } from "../contacts/own-contact.ts";
import type { Dependencies } from "../dependencies.ts";
import { findHits, type Hit } from "../mail/search/find-hits.ts";
import { makeSnippet, SNIPPET_SOURCE } from "../mail/search/make-snippet.ts";
import { parseSearch, type Search } from "../mail/search/parse-search.ts";
import { toTiers } from "../mail/search/to-tiers.ts";
import { decodeCursor, toPage } from "../paging.ts";
import { selectEmailSummaries } from "./email-view.ts";

export interface SearchEmailsInput {
  q: string;
  contactId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  isRead?: boolean | undefined;
  hasAttachment?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

export type FoundEmail = EmailSummary & { snippet: string };

/**
 * One's mail that matches, the best match first and the newest first among equals. A cursor names the last hit that was
 * shown, so mail that comes or goes moves nothing.
 * @throws ServiceError NOT_FOUND for a contact that is not one's own
 */
export async function searchEmails(
  { db }: Dependencies,
  actor: Actor,
  input: SearchEmailsInput,
): Promise<{ items: FoundEmail[]; nextCursor: string | null }> {
  const { contactId, isRead, limit } = input;
  if (contactId !== undefined) await getContactRow(db, actor, contactId);
  const after = input.cursor === undefined ? null : readCursor(input.cursor);
  const search = parseSearch(input.q);
  const tiered = toTiers(search, input);
  if (!tiered) return { items: [], nextCursor: null };
  const { organizationId, userId } = actor;
  const candidacy = { organizationId, userId, contactId, isRead, ...tiered };
  const hits = await findHits(db, candidacy, { after, limit: limit + 1 });
  const cursorKey = ({ tier, receivedAt, emailId }: Hit) => [tier, receivedAt, emailId];
  const { items, nextCursor } = toPage(hits, limit, cursorKey, ({ emailId }) => emailId);
  return { items: await describe(db, actor, search, items), nextCursor };
}

function readCursor(cursor: string): Hit {
  const [tier, receivedAt, emailId] = decodeCursor(cursor, "integer", "instant", "uuid");
  return { tier, receivedAt, emailId };
}

/** What is shown of each hit; one that has gone by now is left out. */
async function describe(db: Database, actor: Actor, search: Search, ids: readonly string[]): Promise<FoundEmail[]> {
  if (ids.length === 0) return [];
  const isFound = inArray(emails.id, [...ids]);
  const [summaries, texts] = await Promise.all([
    selectEmailSummaries(db, actor, () => isFound, ids.length),
    db
      .select({ id: emails.id, body: sql<string>`left(${emails.bodyText}, ${SNIPPET_SOURCE})`, bcc: emails.bcc })
      .from(emails)
      .where(and(eq(emails.organizationId, actor.organizationId), eq(emails.userId, actor.userId), isFound)),
  ]);
  const summaryById = new Map(summaries.map((summary) => [summary.id, summary]));
  const textById = new Map(texts.map((text) => [text.id, text]));
  return ids.flatMap((id) => {
    const [summary, text] = [summaryById.get(id), textById.get(id)];
    if (!summary || !text) return [];
    const people = [...summary.from, ...summary.to, ...summary.cc, ...text.bcc].map(({ name, email }) =>
      name === null ? email : `${name} <${email}>`,
    );
    const snippet = makeSnippet([text.body, summary.subject, people.join(", "), text.body], search);
    return [{ ...summary, snippet }];
  });
}
