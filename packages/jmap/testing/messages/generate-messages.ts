import type { StoredMessage } from "../mail-server.ts";
import { makeAttachment, makeBody, makeText, makeTopic, multipart } from "./body.ts";
import { encodeWords } from "./encode.ts";
import { makePeople, type Person } from "./people.ts";
import { Random } from "./random.ts";

export interface GenerateOptions {
  count: number;
  /** The address whose mailbox this is. */
  owner: string;
  /** An address that stands in exactly `vipCount` of the messages: as From, To, Cc or Bcc. */
  vip?: string;
  vipCount?: number;
  /** The same seed makes the same messages. @default 1 */
  seed?: number;
  /** When the newest message comes in; the oldest does two years before. @default 2026-11-01 */
  until?: Date;
}

/** A message with what a client should make of it. */
export interface GeneratedMessage extends StoredMessage {
  receivedAt: Date;
  seen: boolean;
  flagged: boolean;
  /** Without angle brackets. */
  messageId: string;
  inReplyTo: string | null;
  subject: string;
  from: Person;
  to: Person[];
  cc: Person[];
  bcc: Person[];
  text: string;
  hasAttachment: boolean;
}

interface Conversation {
  partner: Person;
  subject: string;
  messageIds: string[];
  most: number;
}

const SPAN = 730 * 24 * 3600 * 1000;
const REPLY_PREFIXES = ["Re: ", "RE: ", "Odp: "];
/** Conversations that may still be answered. */
const OPEN_CONVERSATIONS = 60;

/** Makes a mailbox's worth of raw messages, oldest first: conversations both ways, Slovak and English. */
export function* generateMessages(options: GenerateOptions): Generator<GeneratedMessage> {
  const { count, owner, seed = 1, until = new Date("2026-11-01T00:00:00Z") } = options;
  const random = new Random(seed);
  const people = makePeople(random, Math.min(400, Math.max(10, Math.ceil(count / 5))));
  const me = { name: "Alica Testová", email: owner };
  const vip = options.vip === undefined ? null : { name: "Žaneta Dôležitá", email: options.vip };
  const vipCount = vip ? Math.min(count, options.vipCount ?? 0) : 0;
  const open = { vip: [] as Conversation[], others: [] as Conversation[] };
  for (let number = 0; number < count; number += 1) {
    // Spreads the vip's messages evenly: so many are due by now, and this many were due before.
    const isVip = Math.floor(((number + 1) * vipCount) / count) > Math.floor((number * vipCount) / count);
    const conversations = isVip ? open.vip : open.others;
    const partner = vip && isVip ? vip : random.pick(people);
    const conversation = nextConversation(random, conversations, partner, number);
    const receivedAt = new Date(until.getTime() - SPAN * (1 - (number + 1) / count));
    // Whole seconds: IMAP knows nothing finer.
    receivedAt.setUTCMilliseconds(0);
    const message = makeMessage(random, { number, seed, conversation, me, people, receivedAt, isVip });
    conversation.messageIds.push(message.messageId);
    yield message;
  }
}

function nextConversation(random: Random, open: Conversation[], partner: Person, number: number): Conversation {
  const known = open.length > 0 && random.chance(0.6) ? random.pick(open) : undefined;
  if (known && known.messageIds.length < known.most) return known;
  const subject = `${makeTopic(random)} ${1000 + number}`;
  const conversation = { partner, subject, messageIds: [], most: random.between(1, 8) };
  open.push(conversation);
  if (open.length > OPEN_CONVERSATIONS) open.shift();
  return conversation;
}

interface Draft {
  number: number;
  seed: number;
  conversation: Conversation;
  me: Person;
  people: readonly Person[];
  receivedAt: Date;
  isVip: boolean;
}

function makeMessage(random: Random, draft: Draft): GeneratedMessage {
  const { number, seed, conversation, me, people, receivedAt, isVip } = draft;
  const { partner, messageIds } = conversation;
  const isOutbound = random.chance(messageIds.length > 0 ? 0.45 : 0.3);
  const from = isOutbound ? me : partner;
  const messageId = `m${number}.${seed}.${random.between(1e6, 1e7)}@${from.email.split("@")[1]}`;
  const addressed = addressees(random, { isOutbound, isVip, me, partner, people });
  const inReplyTo = messageIds.at(-1) ?? null;
  const subject = `${inReplyTo === null ? "" : random.pick(REPLY_PREFIXES)}${conversation.subject}`;
  const text = `Dobrý deň,\n\n${makeText(random)}\n\nS pozdravom\n${from.name}`;
  const hasAttachment = random.chance(0.12);
  const body = makeBody(random, text);
  const content = hasAttachment ? multipart("mixed", random, [body, makeAttachment(random, number)]) : body;
  const headers = [
    `Date: ${receivedAt.toUTCString().replace("GMT", "+0000")}`,
    `From: ${mailboxes(random, [from])}`,
    ...(["to", "cc", "bcc"] as const)
      .filter((field) => addressed[field].length > 0)
      .map((field) => `${field[0]?.toUpperCase()}${field.slice(1)}: ${mailboxes(random, addressed[field])}`),
    `Subject: ${encodeWords(subject, wordForm(random))}`,
    `Message-ID: <${messageId}>`,
    ...(inReplyTo === null
      ? []
      : [`In-Reply-To: <${inReplyTo}>`, `References: ${messageIds.map((id) => `<${id}>`).join("\r\n ")}`]),
    "MIME-Version: 1.0",
    content.headers,
  ];
  return {
    raw: Buffer.from(`${headers.join("\r\n")}\r\n\r\n${content.body}\r\n`, "latin1"),
    mailbox: isOutbound ? "Sent" : random.chance(0.2) ? "Archive" : "INBOX",
    seen: isOutbound || !random.chance(0.2),
    flagged: random.chance(0.05),
    ...{ receivedAt, messageId, inReplyTo, subject, from, text, hasAttachment },
    ...addressed,
  };
}

interface Parties {
  isOutbound: boolean;
  isVip: boolean;
  me: Person;
  partner: Person;
  people: readonly Person[];
}

/** Outbound mail names the partner as To, sometimes only as Cc or Bcc. */
function addressees(random: Random, { isOutbound, isVip, me, partner, people }: Parties) {
  const other = () => random.pick(people);
  const to: Person[] = [isOutbound ? partner : me];
  const cc = random.chance(0.15) ? [other()] : [];
  const bcc: Person[] = [];
  if (isOutbound && isVip && random.chance(0.3)) {
    to[0] = other();
    (random.chance(0.5) ? cc : bcc).push(partner);
  }
  if (random.chance(0.1)) to.push(other());
  return { to, cc, bcc };
}

const wordForm = (random: Random) => random.pick(["utf-8 B", "utf-8 Q", "iso-8859-2 B"] as const);

/** An address list (RFC 5322 §3.4), folded between its entries. */
const mailboxes = (random: Random, people: readonly Person[]): string =>
  people
    .map(({ name, email }) => {
      const encoded = encodeWords(name, wordForm(random));
      return `${encoded === name && /[^\w ]/.test(name) ? `"${name}"` : encoded} <${email}>`;
    })
    .join(",\r\n ");
