import { CrmError } from "../crm-error.ts";
import { type Desk, mailOf, makeEmail, notFound, now, ownContact, page, tell } from "./desk.ts";
import type { Email, FakeHandlers } from "./fake-types.ts";

/** `emails.*` of one person. */
export function emailHandlers(desk: Desk) {
  const requireMailbox = () => {
    if (!desk.isLinked) throw new CrmError("MAILBOX_NOT_LINKED", "Link a mail account first.");
  };
  const find = (jmapId: string) => mailOf(desk).find((email) => email.jmapId === jmapId) ?? missing();
  const threadOf = (threadId: string) => {
    const found = mailOf(desk).filter((email) => email.threadId === threadId);
    return found.length > 0 ? found.reverse() : missing();
  };
  const setRead = (mail: readonly Email[], isRead: boolean) => {
    const changed = desk.emails.filter((one) => one.isRead !== isRead && mail.some(({ id }) => id === one.id));
    for (const email of changed) {
      email.isRead = isRead;
      tell(desk, "email.read", summary(find(email.jmapId)));
    }
    return changed.length;
  };
  const send = (message: Outgoing, answers: { threadId?: string; inReplyTo?: string } = {}) => {
    requireMailbox();
    const { subject, body, html = null, attachments = [] } = message;
    const people = {
      from: [{ name: nameOf(desk), email: desk.user.email ?? "" }],
      to: addresses(message.to),
      cc: addresses(message.cc),
    };
    const files = attachments.map((file) => ({ ...file, size: desk.files.get(file.blobId)?.size ?? 0 }));
    const own = {
      ...people,
      subject,
      body,
      bodyHtml: html,
      attachments: files,
      isRead: true,
      direction: "outbound",
    } as const;
    const email = makeEmail(desk, { ...own, ...answers });
    desk.emails.push(email);
    const stored = mailOf(desk).find(({ id }) => id === email.id) ?? null;
    if (stored) tell(desk, "email.sent", summary(stored));
    return { messageId: email.messageId ?? "", sentAt: now(), status: "sent" as const, email: stored };
  };

  return {
    list({ contactId, isRead, direction, ...where }) {
      if (contactId !== undefined) ownContact(desk, contactId);
      const found = mailOf(desk)
        .filter(({ contactIds }) => contactId === undefined || contactIds.includes(contactId))
        .filter((email) => isRead === undefined || email.isRead === isRead)
        .filter((email) => direction === undefined || email.direction === direction);
      return page(found.map(summary), where);
    },
    byContact({ contactId, ...where }) {
      ownContact(desk, contactId);
      const found = mailOf(desk).filter(({ contactIds }) => contactIds.includes(contactId));
      return page(found.map(summary), where);
    },
    threads({ contactId, unread, ...where }) {
      const mail = mailOf(desk).filter(({ contactIds }) => contactId === undefined || contactIds.includes(contactId));
      const found = [...new Set(mail.map(({ threadId }) => threadId))].map((threadId) => {
        const messages = threadOf(threadId);
        const [last] = messages.slice(-1);
        const people = messages.flatMap(({ from, to, cc }) => [...from, ...to, ...cc]);
        return {
          threadId,
          subject: messages[0]?.subject ?? "",
          participants: [...new Map(people.map((one) => [one.email, one])).values()],
          messageCount: messages.length,
          unreadCount: messages.filter(({ isRead }) => !isRead).length,
          lastDate: last?.date ?? now(),
          preview: last?.preview ?? "",
        };
      });
      return page(
        found.filter(({ unreadCount }) => unread === undefined || unreadCount > 0 === unread),
        where,
      );
    },
    search({ q, contactId, from, to, isRead, hasAttachment, ...where }) {
      const has = (email: Email, words: string) => JSON.stringify(email).toLowerCase().includes(words.toLowerCase());
      const found = mailOf(desk)
        .filter((email) => has(email, q) && (!from || has({ ...email, to: [] }, from)) && (!to || has(email, to)))
        .filter(({ contactIds }) => contactId === undefined || contactIds.includes(contactId))
        .filter((email) => isRead === undefined || email.isRead === isRead)
        .filter((email) => hasAttachment === undefined || email.hasAttachment === hasAttachment);
      return page(
        found.map((email) => ({ ...summary(email), snippet: email.preview })),
        where,
      );
    },
    unreadCount() {
      const unread = mailOf(desk).filter(({ isRead }) => !isRead);
      const byContact: Record<string, number> = {};
      for (const id of unread.flatMap(({ contactIds }) => contactIds)) byContact[id] = (byContact[id] ?? 0) + 1;
      return { count: unread.length, byContact };
    },
    get: ({ jmapId }) => find(jmapId),
    thread: ({ threadId }) => threadOf(threadId),
    markRead({ jmapId, isRead = true }) {
      setRead([find(jmapId)], isRead);
      return find(jmapId);
    },
    markThreadRead: ({ threadId, isRead = true }) => ({ updated: setRead(threadOf(threadId), isRead) }),
    sync() {
      requireMailbox();
      return { status: "completed" as const, created: 0, updated: 0, destroyed: 0 };
    },
    syncStatus: () => ({
      status: desk.isLinked ? ("idle" as const) : ("none" as const),
      ...{ progress: null, lastSyncedAt: desk.isLinked ? now() : null, lastError: null },
    }),
    send: (message) => send(message),
    reply({ inReplyTo, threadId, quote: _, ...message }) {
      const answered = mailOf(desk).find((one) => one.messageId === inReplyTo || one.threadId === threadId);
      if (!answered) throw notFound();
      return send(message, {
        threadId: answered.threadId,
        ...(answered.messageId && { inReplyTo: answered.messageId }),
      });
    },
  } satisfies FakeHandlers["emails"];
}

type Outgoing = Parameters<NonNullable<NonNullable<FakeHandlers["emails"]>["send"]>>[0];

const missing = (): never => {
  throw notFound();
};

const nameOf = ({ user: { firstName, lastName } }: Desk) => [firstName, lastName].filter(Boolean).join(" ") || null;

/** As lists carry it. */
function summary({ body: _, bodyHtml: __, ...email }: Email) {
  return email;
}

/** `a@b` or `Name <a@b>`, one or several. */
function addresses(given: string | readonly string[] | undefined): { name: string | null; email: string }[] {
  return [given ?? []].flat().map((one) => {
    const open = one.lastIndexOf("<");
    if (open === -1 || !one.endsWith(">")) return { name: null, email: one };
    return { name: one.slice(0, open).trim() || null, email: one.slice(open + 1, -1) };
  });
}
