import type { Database } from "@crm/db";
import { type Candidacy, type Candidate, isHit, type Start, type Walked } from "./candidate.ts";
import { lookUpWords } from "./look-up-words.ts";
import { probeMail, walkMail } from "./walk-mail.ts";

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
 * The newest hits, newest first. Whichever way they are found they are the same: from the newest message on where hits
 * are frequent, through the index of the words where they are not.
 */
export async function findCandidates(
  db: Database,
  candidacy: Candidacy,
  { start, limit }: { start: Start | null; limit: number },
): Promise<Candidate[]> {
  const isNarrow = candidacy.contactId !== undefined || candidacy.isRead === false;
  const messages = isNarrow ? NARROW_PROBE : PROBE;
  const probe = await probeMail(db, candidacy, { start, messages });
  const hits = probe.filter(isHit);
  if (probe.length < messages || hits.length >= limit) return hits.slice(0, limit);
  const last = probe.at(-1);
  if (last && hits.length * FREQUENT >= messages) {
    const missing = limit - hits.length;
    const further = { start: { below: last }, messages: missing * FREQUENT, hits: missing };
    const more = await walkMail(db, candidacy, further);
    if (more.length === missing) return [...hits, ...more];
  }
  // The hits of a word that is neither frequent nor rare are too many to be sorted: those of the newest days will do.
  const conditions = rareConditions(probe, candidacy.conditions);
  const found: Candidate[] = [];
  let before: string | null = null;
  for (const since of [...daysWithEnough(probe, hits.length, limit), null]) {
    const range = { start, since, before, limit: limit - found.length };
    found.push(...(await lookUpWords(db, candidacy, conditions, range)));
    if (found.length >= limit) break;
    before = since;
  }
  return found;
}

/**
 * What the index shall be asked for. It collects all that begins with a word before it looks at the next one, so
 * frequent words are checked in what the others have found; all are asked for where each is frequent.
 */
function rareConditions(probe: readonly Walked[], conditions: readonly string[]): readonly string[] {
  const isRare = (_: string, index: number) =>
    probe.filter(({ meets }) => meets[index]).length * FREQUENT < probe.length;
  const rare = conditions.filter(isRare);
  return rare.length > 0 ? rare : conditions;
}

/** The days since which there should be enough hits, were all mail like that of the probe; none when that is no use. */
function daysWithEnough(probe: readonly Walked[], hits: number, limit: number): string[] {
  const [first, last] = [probe[0], probe.at(-1)];
  if (!first || !last || hits < 2) return [];
  const newest = Date.parse(first.receivedAt);
  const span = (newest - Date.parse(last.receivedAt)) * (limit / hits);
  return MARGINS.map((margin) => newest - span * margin - DAY)
    .filter((since) => since > 0)
    .map((since) => new Date(since).toISOString().slice(0, 10));
}
