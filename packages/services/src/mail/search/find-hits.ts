import type { Database } from "@crm/db";
import type { Candidacy, Place } from "./candidacy.ts";
import { lookUpWords } from "./look-up-words.ts";
import type { Tier } from "./to-tiers.ts";
import { type Probed, probeMail, walkMail } from "./walk-mail.ts";

/** A message that matches: in which of the tiers, by its number, and where it stands there. */
export interface Hit extends Place {
  tier: number;
}

/** Newest messages that are looked through first: they tell how frequent the words are. */
const PROBE = 256;
/** The same for a contact's mail or the unread, which mostly is all of it. */
const NARROW_PROBE = 2_048;
/** Where at least one message of so many is a hit, hits are met sooner from the newest on than through the index. */
const FREQUENT = 10;
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
  for (const [number, tier] of candidacy.tiers.entries()) {
    if (after && number < after.tier) continue;
    if (after && number > after.tier && sample.below) sample = await takeSample(db, candidacy, null);
    const places = await findInTier(db, candidacy, tier, sample, limit - hits.length);
    hits.push(...places.map((place) => ({ ...place, tier: number })));
    if (hits.length >= limit) break;
  }
  return hits;
}

/** The newest messages below a place. */
interface Sample {
  below: Place | null;
  messages: readonly Probed[];
  /** Whether there are none besides. */
  isAll: boolean;
}

async function takeSample(db: Database, candidacy: Candidacy, below: Place | null): Promise<Sample> {
  const isNarrow = candidacy.contactId !== undefined || candidacy.isRead === false;
  const messages = isNarrow ? NARROW_PROBE : PROBE;
  const probed = await probeMail(db, candidacy, { below, messages });
  return { below, messages: probed, isAll: probed.length < messages };
}

async function findInTier(
  db: Database,
  candidacy: Candidacy,
  tier: Tier,
  { below, messages, isAll }: Sample,
  limit: number,
): Promise<Place[]> {
  const hits = messages.filter((message) => message.tier === tier);
  if (isAll || hits.length >= limit) return hits.slice(0, limit);
  const last = messages.at(-1);
  if (last && hits.length * FREQUENT >= messages.length) {
    const missing = limit - hits.length;
    const further = { below: last, messages: missing * FREQUENT, hits: missing };
    const more = await walkMail(db, candidacy, tier, further);
    if (more.length === missing) return [...hits, ...more];
  }
  // The hits of a word that is neither frequent nor rare are too many to be sorted: those of the newest days will do.
  const conditions = rareConditions(messages, tier.conditions);
  const found: Place[] = [];
  let before: string | null = null;
  for (const since of [...daysWithEnough(messages, hits.length, limit), null]) {
    const range = { below, since, before, limit: limit - found.length };
    found.push(...(await lookUpWords(db, candidacy, tier, conditions, range)));
    if (found.length >= limit) break;
    before = since;
  }
  return found;
}

/**
 * What the index shall be asked for. It collects all that begins with a word before it looks at the next one, so
 * frequent words are checked in what the others have found; all are asked for where each is frequent.
 */
function rareConditions(messages: readonly Probed[], conditions: readonly string[]): readonly string[] {
  const isRare = (condition: string) =>
    messages.filter(({ meets }) => meets.has(condition)).length * FREQUENT < messages.length;
  const rare = conditions.filter(isRare);
  return rare.length > 0 ? rare : conditions;
}

/** The days since which there should be enough hits, were all mail like the sample; none when that is no use. */
function daysWithEnough(messages: readonly Probed[], hits: number, limit: number): string[] {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last || hits < 2) return [];
  const newest = Date.parse(first.receivedAt);
  const span = (newest - Date.parse(last.receivedAt)) * (limit / hits);
  return MARGINS.map((margin) => newest - span * margin - DAY)
    .filter((since) => since > 0)
    .map((since) => new Date(since).toISOString().slice(0, 10));
}
