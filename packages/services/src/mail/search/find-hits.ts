import { contacts, type Database } from "@crm/db";
import { and, eq, sum } from "drizzle-orm";
import type { Candidacy, Place } from "./candidacy.ts";
import { lookUpTiers, lookUpWords } from "./look-up-words.ts";
import type { DocumentQuery, Tier } from "./to-tiers.ts";
import { type Probed, probeMail, walkMail } from "./walk-mail.ts";

/** A message that matches: in which of the tiers, by its number, and where it stands there. */
export interface Hit extends Place {
  tier: number;
}

/** Newest messages that are looked through first: they tell how frequent the words are, or mostly are all that is asked for. */
const SAMPLE = { ofContact: 2_048, any: 256 };
/** What at least one message of so many has is frequent. */
const FREQUENT = 10;
/** So many hits, of several tiers, are looked at together. */
const FEW = 1_000;
/**
 * What either way takes, in messages that the index names: asking the index at all, and looking into a message that is
 * met, which takes longer where each has to be looked up, as unread ones and a contact's.
 */
const COST = { index: 1_000, met: 2, metAndLookedUp: 4 };
/** So many times the messages among which enough hits should be are gone through. */
const MARGIN = 1.5;

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
  let left = candidacy.tiers.slice(after?.tier ?? 0);
  const [tier, ...worse] = left;
  if (after && tier) {
    hits.push(...(await findInTier(db, candidacy, tier, await takeSample(db, candidacy, after), limit)));
    left = worse;
  }
  if (left.length === 0 || hits.length >= limit) return hits;
  const sample = await takeSample(db, candidacy, null);
  let areFew = true;
  for (let [best, ...others] = left; best && hits.length < limit; [best, ...others] = left) {
    const missing = limit - hits.length;
    const last = areFew ? await lastOfFew(sample, best, others) : undefined;
    const together = last && (await findTogether(db, candidacy, [best, last], sample, missing));
    if (last && !together) areFew = false;
    hits.push(...(together ?? (await findInTier(db, candidacy, best, sample, missing))));
    left = together ? left.slice(left.indexOf(last) + 1) : others;
  }
  return hits;
}

/** Messages below a place, the newest first. */
interface Sample {
  below: Place | null;
  messages: readonly Probed[];
  /** Whether there are no others. */
  isAll: boolean;
  /** About how many messages there are in the mailbox. */
  total: () => Promise<number>;
}

async function takeSample(db: Database, candidacy: Candidacy, below: Place | null): Promise<Sample> {
  const count = candidacy.contactId === undefined ? SAMPLE.any : SAMPLE.ofContact;
  const messages = await probeMail(db, candidacy, { below, messages: count });
  let total: Promise<number> | undefined;
  return { below, messages, isAll: messages.length < count, total: () => (total ??= countMail(db, candidacy)) };
}

/**
 * The last of the tiers that are looked up together with the best of those left: all when there are hardly any hits,
 * else those that have few; words as they stand are looked up so quickly that they come by themselves.
 */
async function lastOfFew(
  { messages, isAll, total }: Sample,
  best: Tier,
  worse: readonly Tier[],
): Promise<Tier | undefined> {
  if (isAll) return undefined;
  for (const last of worse.toReversed()) {
    if (!last.holdsBetter || last.conditions.length === 0) continue;
    const hits = messages.filter(({ tier }) => tier !== null && tier >= best.number && tier <= last.number).length;
    if (hits < 2) return last;
    if (best.isExact) return undefined;
    if ((hits / messages.length) * (await total()) <= FEW) return last;
  }
  return undefined;
}

/** The best hits of a range of tiers, of which the last one holds all; undefined where they are too many. */
function findTogether(
  db: Database,
  candidacy: Candidacy,
  [first, last]: [Tier, Tier],
  { messages }: Sample,
  limit: number,
): Promise<Hit[] | undefined> {
  const parts = rareParts(messages, last);
  return lookUpTiers(db, candidacy, parts, { first: first.number, last: last.number, most: FEW, limit });
}

async function findInTier(
  db: Database,
  candidacy: Candidacy,
  tier: Tier,
  { below, messages, isAll, total }: Sample,
  limit: number,
): Promise<Hit[]> {
  const numbered = (places: readonly Place[]) => places.map((place) => ({ ...place, tier: tier.number }));
  const hits = numbered(messages.filter((message) => message.tier === tier.number).slice(0, limit));
  const missing = limit - hits.length;
  const last = messages.at(-1);
  if (isAll || missing === 0 || !last) return hits;
  const parts = rareParts(messages, tier);
  const onTheWay = (missing * messages.length) / hits.length;
  const walking = onTheWay * (areLookedUp(candidacy) ? COST.metAndLookedUp : COST.met);
  const share = countMeeting(messages, parts) / messages.length;
  if (walking < COST.index || (hits.length > 0 && walking < COST.index + share * (await total()))) {
    const further = { below: last, messages: Math.ceil(onTheWay * MARGIN), hits: missing };
    const more = await walkMail(db, candidacy, tier, further);
    if (more.length === missing) return [...hits, ...numbered(more)];
  }
  // What is better is cheaper to tell by the documents, unless hardly anything else has the words.
  const isKeptOut = hits.length * FREQUENT < countMeeting(messages, tier.conditions);
  const asked = isKeptOut ? [...parts, ...tier.exclusions] : parts;
  return numbered(await lookUpWords(db, candidacy, tier, asked, { below, limit }));
}

/** Whether the messages that are met come without their documents. */
const areLookedUp = ({ isRead, contactId }: Candidacy): boolean => isRead === false || contactId !== undefined;

/**
 * What the index shall be asked for. It collects all that begins with a word before it looks at the next one, so
 * frequent words are checked in what the others have found; all are asked for where each is frequent.
 */
function rareParts(messages: readonly Probed[], { conditions }: DocumentQuery): readonly string[] {
  const rare = conditions.filter((condition) => countMeeting(messages, [condition]) * FREQUENT < messages.length);
  return rare.length > 0 ? rare : conditions;
}

const countMeeting = (messages: readonly Probed[], conditions: readonly string[]): number =>
  messages.filter(({ meets }) => conditions.every((condition) => meets.has(condition))).length;

/** About how many messages there are: mail with several contacts counts for each. */
async function countMail(db: Database, { organizationId, userId }: Candidacy): Promise<number> {
  const [row] = await db
    .select({ count: sum(contacts.emailCount) })
    .from(contacts)
    .where(and(eq(contacts.organizationId, organizationId), eq(contacts.userId, userId)));
  return Number(row?.count ?? 0);
}
