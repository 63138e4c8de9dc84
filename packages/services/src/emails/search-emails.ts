import { type Database, emails } from "@crm/db";
import type { EmailSummary } from "@crm/schemas";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { getContactRow } from "../contacts/own-contact.ts";
import type { Dependencies } from "../dependencies.ts";
import type { Candidacy, Candidate, Place, Start } from "../mail/search/candidate.ts";
import { findCandidates } from "../mail/search/find-candidates.ts";
import { makeSnippet, SNIPPET_SOURCE } from "../mail/search/make-snippet.ts";
import { parseSearch, type Search } from "../mail/search/parse-search.ts";
import { toQueries } from "../mail/search/to-queries.ts";
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

/** Hits that are ranked among each other: what a page costs hangs on it, not on how many there are. */
const WINDOW = 1_000;
/** Hits that may come in between while somebody reads page after page of a window, before one is shown twice. */
const LATECOMERS = 250;

/** Hits that are ranked together, the best first. */
interface Window {
  newest: Place;
  oldest: Place;
  hits: Candidate[];
}

/**
 * One's mail that matches, the best match first: among the newest thousand hits, then among the thousand before them,
 * and so on. A cursor names its window, so that mail which comes or goes moves nothing.
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
  const queries = toQueries(search, input);
  if (!queries) return { items: [], nextCursor: null };
  const { organizationId, userId } = actor;
  const candidacy: Candidacy = { ...queries, organizationId, userId, contactId, isRead };

  const rows: Shown[] = [];
  for await (const window of windowsFrom(db, candidacy, after)) {
    for (const hit of window.hits) rows.push({ ...hit, window });
    if (rows.length > limit) break;
  }
  const { items, nextCursor } = toPage(rows, limit, cursorKey, ({ emailId }) => emailId);
  return { items: await describe(db, actor, search, items), nextCursor };
}

/** The windows, the newest first; where a page came before, what it left of its window and those that follow. */
async function* windowsFrom(db: Database, candidacy: Candidacy, after: PageEnd | null): AsyncGenerator<Window> {
  let start: Start | null = null;
  if (after) {
    const { newest, oldest } = after.window;
    const found = await findCandidates(db, candidacy, { start: { from: newest }, limit: WINDOW + LATECOMERS });
    const hits = found.filter((hit) => byPlace(hit, oldest) <= 0 && byMatch(after.hit, hit) < 0);
    yield { newest, oldest, hits: hits.sort(byMatch) };
    start = { below: oldest };
  }
  for (;;) {
    const hits: Candidate[] = await findCandidates(db, candidacy, { start, limit: WINDOW });
    const [newest, oldest] = [hits[0], hits.at(-1)];
    if (!newest || !oldest) return;
    yield { newest, oldest, hits: hits.sort(byMatch) };
    if (hits.length < WINDOW) return;
    start = { below: oldest };
  }
}

/** What is next: the newer first. */
function byPlace(one: Place, other: Place): number {
  if (one.receivedAt !== other.receivedAt) return one.receivedAt > other.receivedAt ? -1 : 1;
  return one.emailId === other.emailId ? 0 : one.emailId > other.emailId ? -1 : 1;
}

const byMatch = (one: Candidate, other: Candidate): number => other.rank - one.rank || byPlace(one, other);

type Shown = Candidate & { window: Window };

const cursorKey = ({ window: { newest, oldest }, rank, receivedAt, emailId }: Shown) => [
  newest.receivedAt,
  newest.emailId,
  oldest.receivedAt,
  oldest.emailId,
  rank,
  receivedAt,
  emailId,
];

/** The last hit that a page showed, and its window. */
interface PageEnd {
  window: Pick<Window, "newest" | "oldest">;
  hit: Candidate;
}

function readCursor(cursor: string): PageEnd {
  const key = decodeCursor(cursor, "instant", "uuid", "instant", "uuid", "number", "instant", "uuid");
  const [newestAt, newestId, oldestAt, oldestId, rank, receivedAt, emailId] = key;
  return {
    window: {
      newest: { receivedAt: newestAt, emailId: newestId },
      oldest: { receivedAt: oldestAt, emailId: oldestId },
    },
    hit: { rank, receivedAt, emailId },
  };
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
