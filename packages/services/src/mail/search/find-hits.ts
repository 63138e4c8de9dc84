import { contacts, type Database } from "@crm/db";
import { and, eq, sum } from "drizzle-orm";
import type { Candidacy, Place } from "./candidacy.ts";
import { lookUpAll, lookUpWords } from "./look-up-words.ts";
import type { DocumentQuery } from "./to-tiers.ts";
import { type Probed, probeMail, walkMail } from "./walk-mail.ts";

/** A message that matches: in which of the tiers, by its number, and where it stands there. */
export interface Hit extends Place {
  tier: number;
}

/** Newest messages that are looked through first: they tell how frequent the words are, or mostly are all that is asked for. */
const SAMPLE = { ofContact: 2_048, unread: 1_024, any: 256 };
/** Where at least one message of so many is a hit, hits are met sooner from the newest on than through the index. */
const FREQUENT = 10;
/** So many hits, of all tiers, are looked at together where the sample has hardly any. */
const FEW = 1_000;
/** More hits than these are not sorted to find the newest of them. */
const MANY = 10_000;
/** So many times the days in which enough hits should be are looked up, one after the other until they are. */
const MARGINS = [1.4, 6];
const DAY = 86_400_000;

/**
 * The best hits: tier after tier, the newest first in each. Whichever way they are found they are the same: from the
 * newest message on where hits are frequent, through the index of the words where they are not.
 * @param after the last hit that was shown before
 */
export async function findHits(
  db: Database,
  candidacy: Candidacy,
  { after, limit }: { after: Hit | null; limit: number },
): Promise<Hit[]> {
  const hits: Hit[] = [];
  let sample = await takeSample(db, candidacy, after);
  for (const [tier, query] of candidacy.tiers.entries()) {
    if (after && tier < after.tier) continue;
    if (after && tier > after.tier && sample.below) sample = await takeSample(db, candidacy, null);
    const places = await findInTier(db, candidacy, { tier, query }, sample, limit - hits.length);
    hits.push(...places.map((place) => ({ ...place, tier })));
    if (hits.length >= limit) break;
  }
  return hits;
}

/** Messages below a place, the newest first. */
interface Sample {
  below: Place | null;
  messages: readonly Probed[];
  /** Whether no other is a hit. */
  isAll: boolean;
}

async function takeSample(db: Database, candidacy: Candidacy, below: Place | null): Promise<Sample> {
  const { contactId, isRead } = candidacy;
  const count = SAMPLE[contactId !== undefined ? "ofContact" : isRead === false ? "unread" : "any"];
  const messages = await probeMail(db, candidacy, { below, messages: count });
  if (messages.length < count) return { below, messages, isAll: true };
  const isSeldomHit = messages.filter(({ tier }) => tier !== null).length < 2;
  if (isSeldomHit && candidacy.any.conditions.length > 0) {
    const parts = indexedParts(messages, candidacy.any);
    const all = await lookUpAll(db, candidacy, parts, { below, limit: FEW });
    if (all) return { below, messages: all.map((hit) => ({ ...hit, meets: new Set() })), isAll: true };
  }
  return { below, messages, isAll: false };
}

async function findInTier(
  db: Database,
  candidacy: Candidacy,
  { tier, query }: { tier: number; query: DocumentQuery },
  { below, messages, isAll }: Sample,
  limit: number,
): Promise<Place[]> {
  const hits = messages.filter((message) => message.tier === tier);
  if (isAll || hits.length >= limit) return hits.slice(0, limit);
  const last = messages.at(-1);
  if (last && hits.length * FREQUENT >= messages.length) {
    const missing = limit - hits.length;
    const further = { below: last, messages: missing * FREQUENT, hits: missing };
    const more = await walkMail(db, candidacy, query, further);
    if (more.length === missing) return [...hits, ...more];
  }
  const parts = indexedParts(messages, query);
  const share = hits.length / messages.length;
  const areMany = hits.length > 1 && share * (await countMail(db, candidacy)) > MANY;
  const found: Place[] = [];
  let before: string | null = null;
  // Too many to be sorted: those of the newest days will do.
  for (const since of areMany ? [...daysWithEnough(messages, hits.length, limit), null] : [null]) {
    const range = { below, since, before, limit: limit - found.length };
    found.push(...(await lookUpWords(db, candidacy, query, parts, range)));
    if (found.length >= limit) break;
    before = since;
  }
  return found;
}

/**
 * What the index shall be asked for. It collects all that begins with a word before it looks at the next one, so
 * frequent words are checked in what the others have found; all are asked for where each is frequent. What is kept out
 * is cheaper to read about in the documents where these are few.
 */
function indexedParts(messages: readonly Probed[], { conditions, exclusions }: DocumentQuery): readonly string[] {
  const isRare = (condition: string) =>
    messages.filter(({ meets }) => meets.has(condition)).length * FREQUENT < messages.length;
  const rare = conditions.filter(isRare);
  const parts = rare.length > 0 ? rare : conditions;
  const found = messages.filter(({ meets }) => parts.every((condition) => meets.has(condition)));
  return found.length < 2 ? parts : [...parts, ...exclusions];
}

/** About how many messages there are: mail with several contacts counts for each. */
async function countMail(db: Database, { organizationId, userId }: Candidacy): Promise<number> {
  const [row] = await db
    .select({ count: sum(contacts.emailCount) })
    .from(contacts)
    .where(and(eq(contacts.organizationId, organizationId), eq(contacts.userId, userId)));
  return Number(row?.count ?? 0);
}

/** The days since which there should be enough hits, were all mail like the sample. */
function daysWithEnough(messages: readonly Probed[], hits: number, limit: number): string[] {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last) return [];
  const newest = Date.parse(first.receivedAt);
  const span = (newest - Date.parse(last.receivedAt)) * (limit / hits);
  return MARGINS.map((margin) => newest - span * margin - DAY)
    .filter((since) => since > 0)
    .map((since) => new Date(since).toISOString().slice(0, 10));
}
