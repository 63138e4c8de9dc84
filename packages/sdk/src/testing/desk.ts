import { CrmError } from "../crm-error.ts";
import type { Contact, CrmEvent, Email, FakePerson, User } from "./fake-types.ts";

/** All that belongs to one person of the fake CRM. */
export interface Desk {
  user: User;
  password: string;
  mailbox: FakePerson["mailbox"] | null;
  isLinked: boolean;
  isSetupDue: boolean;
  contacts: Contact[];
  emails: Email[];
  events: CrmEvent[];
  /** Told of each event. */
  listeners: Set<(event: CrmEvent) => void>;
  files: Map<string, Blob>;
}

const DEFAULT_PASSWORD = "Correct-Horse-7";

let counted = 0;
/** An id that looks like those of the server, and is the next in order. */
export const nextId = (): string => `019c0000-0000-7000-8000-${(++counted).toString(16).padStart(12, "0")}`;
export const nextNumber = (): number => ++counted;

export const now = (): string => new Date().toISOString();

export function openDesk(person: FakePerson): Desk {
  const {
    password = DEFAULT_PASSWORD,
    temporary = false,
    mailbox = null,
    contacts = [],
    emails = [],
    ...given
  } = person;
  const isLinked = !temporary && (mailbox !== null || emails.length > 0);
  const at = now();
  const user: User = {
    id: nextId(),
    username: "jana",
    email: isLinked ? (mailbox?.address ?? "jana@example.com") : null,
    emailVerified: isLinked,
    firstName: null,
    lastName: null,
    role: "member",
    changedPassword: !temporary,
    totpEnabled: false,
    avatarUrl: null,
    lastLogin: null,
    createdAt: at,
    updatedAt: at,
    ...given,
  };
  const desk: Desk = {
    ...{ user, password, mailbox, isLinked, isSetupDue: temporary },
    ...{ contacts: [], emails: [], events: [], listeners: new Set(), files: new Map() },
  };
  desk.emails = emails.map((email) => makeEmail(desk, email));
  for (const contact of contacts) desk.contacts.push(makeContact(contact));
  return desk;
}

export function makeContact(given: Partial<Contact> & { email: string }): Contact {
  const at = now();
  const own = { id: nextId(), name: null, notes: null, tags: [], emailCount: 0, unreadCount: 0, lastEmailDate: null };
  return { ...own, addedAt: at, createdAt: at, updatedAt: at, ...given };
}

export function makeEmail({ user, mailbox }: Desk, given: Partial<Email>): Email {
  const number = nextNumber();
  const body = given.body ?? "";
  return {
    id: nextId(),
    jmapId: `M${number}`,
    messageId: `<${number}@crm.fake>`,
    threadId: `T${number}`,
    inReplyTo: null,
    contactIds: [],
    from: [],
    to: [{ name: null, email: mailbox?.address ?? user.email ?? "jana@example.com" }],
    cc: [],
    subject: "",
    preview: body.slice(0, 200),
    isRead: false,
    isFlagged: false,
    direction: "inbound",
    hasAttachment: (given.attachments ?? []).length > 0,
    attachments: [],
    date: now(),
    createdAt: now(),
    body,
    bodyHtml: null,
    ...given,
  };
}

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** As the server gives it: counted from the mail that names it. */
export function contactView(desk: Desk, contact: Contact): Contact {
  const mail = desk.isLinked ? desk.emails.filter((email) => names(email, contact)) : [];
  const [lastEmailDate = null] = mail
    .map(({ date }) => date)
    .sort()
    .reverse();
  return {
    ...contact,
    emailCount: mail.length,
    unreadCount: mail.filter(({ isRead }) => !isRead).length,
    lastEmailDate,
  };
}

/** The mail of contacts, newest first, with whose it is. */
export function mailOf(desk: Desk): Email[] {
  if (!desk.isLinked) return [];
  return desk.emails
    .map((email) => ({ ...email, contactIds: desk.contacts.filter((one) => names(email, one)).map(({ id }) => id) }))
    .filter(({ contactIds }) => contactIds.length > 0)
    .sort((a, b) => b.date.localeCompare(a.date));
}

const names = ({ from, to, cc }: Email, { email }: Contact): boolean =>
  [...from, ...to, ...cc].some((person) => same(person.email, email));

export function ownContact(desk: Desk, id: string): Contact {
  const contact = desk.contacts.find((one) => one.id === id);
  if (!contact) throw notFound();
  return contact;
}

export const notFound = () => new CrmError("NOT_FOUND", "Not found.");

/** A field of the input is not what it should be. */
export const invalid = (path: string, message: string) =>
  new CrmError("VALIDATION_ERROR", "The request is not valid.", { details: [{ path, message }] });

/** Something that subscribers hear of. */
export function tell(desk: Desk, type: CrmEvent["type"], data: unknown): void {
  // The data belongs to the type; TypeScript cannot tell that of a union.
  const event = { id: String(desk.events.length + 1), type, occurredAt: now(), data } as CrmEvent;
  desk.events.push(event);
  for (const listener of desk.listeners) listener(event);
}

/** A page of a list; cursors say how many came before. */
export function page<Item>(
  items: readonly Item[],
  { limit = 50, cursor }: { limit?: number | undefined; cursor?: string | undefined },
) {
  const start = cursor === undefined ? 0 : Number(cursor);
  const end = start + limit;
  return { items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null };
}
