import { act, read, readAll, write } from "./kinds.ts";

export const emails = {
  /**
   * Mail of one's contacts, newest first, without the bodies (`get` and `thread` have them). `date` is when the mail server
   * received it, `direction` is `inbound` or `outbound`.
   * @throws NOT_FOUND for a contact that is none
   * @example
   * ```ts
   * const { items } = await crm.emails.list({ isRead: false, limit: 20 });
   * for await (const { date, from, subject } of crm.emails.list.all({ contactId: contact.id })) {
   *   console.log(date, from[0]?.email, subject);
   * }
   * ```
   */
  list: read,
  /**
   * Threads, the one with the latest message first: `{ threadId, subject, participants, messageCount, unreadCount, lastDate,
   * preview }`. What makes a thread is the mail server's to say (RFC 8621 §3).
   * @throws NOT_FOUND for a contact that is none
   * @example
   * ```ts
   * for await (const { subject, messageCount } of crm.emails.threads.all({ unread: true })) console.log(subject, messageCount);
   * ```
   */
  threads: read,
  /**
   * Mail that matches, the best first, with a `snippet` of HTML in which `<mark>` encloses the hits and all else is escaped. Each word
   * may be the beginning of one, whatever the case and the diacritics; `"a phrase"` is met word for word, `-word` leaves out. `from`
   * and `to` take an address or words of a name.
   * @throws NOT_FOUND for a contact that is none
   * @example
   * ```ts
   * const { items } = await crm.emails.search({ q: 'offer "first quarter" -draft', from: "eva", hasAttachment: true });
   * for (const { subject, snippet } of items) console.log(subject, snippet);
   * ```
   */
  search: read,
  /**
   * How many messages are unread, each counted once, and how many by contact; contacts with none are left out.
   * @example
   * ```ts
   * const { count, byContact } = await crm.emails.unreadCount();
   * console.log(count, byContact[contact.id] ?? 0);
   * ```
   */
  unreadCount: readAll,
  /**
   * Fetches what is new at the mail server, and says how many messages came, changed and went. After about ten seconds the
   * answer is `running`, and it goes on in the background. It happens by itself too, by push or once a minute.
   * @throws MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * const result = await crm.emails.sync();
   * if (result.status === "completed") console.log(result.created, result.updated, result.destroyed);
   * ```
   */
  sync: act,
  /**
   * How the mirror stands: `status` is `none` (no mailbox), `indexing`, `syncing`, `idle` or `error`; `progress` counts
   * messages and is null when there is nothing to do.
   * @example
   * ```ts
   * const { status, progress, lastError } = await crm.emails.syncStatus();
   * if (progress) console.log(`${status}: ${progress.done} of ${progress.total}`);
   * else if (lastError) console.warn(lastError.code, lastError.message);
   * ```
   */
  syncStatus: readAll,
  /**
   * A thread's mail with its bodies, the oldest message first. `bodyHtml` is sanitized, and remote pictures are off.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * for (const { from, date, body } of await crm.emails.thread({ threadId: email.threadId })) {
   *   console.log(from[0]?.email, date, body);
   * }
   * ```
   */
  thread: read,
  /**
   * Marks a whole thread as read, or with `isRead: false` as unread, at the mail server too (`$seen`, RFC 8621 §4.1.1).
   * `updated` counts the messages that changed.
   * @throws NOT_FOUND, MAILBOX_NOT_LINKED, MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * const { updated } = await crm.emails.markThreadRead({ threadId: email.threadId });
   * ```
   */
  markThreadRead: write,
  /**
   * Mail of one contact, newest first, without the bodies.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * const { items } = await crm.emails.byContact({ contactId: contact.id, limit: 10 });
   * ```
   */
  byContact: read,
  /**
   * A message with its bodies: `body` is text, `bodyHtml` sanitized HTML or null. Remote pictures are off: each `<img>` names
   * its address in `data-remote-src`.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * const { subject, body, bodyHtml, attachments } = await crm.emails.get({ jmapId: email.jmapId });
   * for (const { name, size } of attachments) console.log(name, `${size} bytes`);
   * ```
   */
  get: read,
  /**
   * Marks a message as read, or with `isRead: false` as unread, at the mail server too (`$seen`, RFC 8621 §4.1.1).
   * @throws NOT_FOUND, MAILBOX_NOT_LINKED, MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * const { isRead } = await crm.emails.markRead({ jmapId: email.jmapId });
   * ```
   */
  markRead: write,
  /**
   * Fetches a file of a message, as a `Response`. Its body is streamed from the mail server (RFC 8620 §6.2): read it, or
   * cancel it. Types that a browser would run come as `application/octet-stream`.
   * @throws NOT_FOUND, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * const [attachment] = email.attachments;
   * if (attachment) {
   *   const response = await crm.emails.attachment({ jmapId: email.jmapId, blobId: attachment.blobId });
   *   const bytes = await response.arrayBuffer();
   * }
   * ```
   */
  attachment: read,
  /**
   * Uploads a file of at most 25 MiB to the mail server (RFC 8620 §6.1), to be named in the `attachments` of `send` and
   * `reply`. The mail server forgets it after a while when no message was sent with it.
   * @throws MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * const { blobId, name, type } = await crm.emails.uploadAttachment({ content: file });
   * const attachments = [{ blobId, name, type }];
   * await crm.emails.send({ to: "eva@example.com", subject: "Your offer", body: "Dear Eva, …", attachments });
   * ```
   */
  uploadAttachment: write,
  /**
   * Answers a message: the one with the Message-ID `inReplyTo`, or the last one of `threadId`. Every mail program shows it in
   * the thread (RFC 5322 §3.6.4). With `quote`, what is answered follows below. `status` is `unknown` when nobody can tell
   * whether it went out. `email` is the message as it is mirrored, null when none of its people is a contact.
   * @throws NOT_FOUND when there is nothing to answer; MAIL_REJECTED, MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED,
   * MAIL_SERVER_UNAVAILABLE: it was certainly not sent
   * @example
   * ```ts
   * const { messageId, sentAt, status } = await crm.emails.reply({
   *   threadId: email.threadId,
   *   to: "Eva <eva@example.com>",
   *   subject: `Re: ${email.subject}`,
   *   body: "Gladly, tomorrow at ten.",
   *   quote: true,
   * });
   * ```
   */
  reply: write,
  /**
   * Sends a message. `to`, `cc` and `bcc` take `a@b` or `Name <a@b>`, one or up to a hundred; `body` is text, `html` what is
   * shown in its place. `status` is `unknown` when nobody can tell whether it went out. `email` is the message as it is mirrored,
   * null when none of its people is a contact.
   * @throws MAIL_REJECTED, MAILBOX_NOT_LINKED, MAILBOX_AUTH_FAILED, MAIL_SERVER_UNAVAILABLE: it was certainly not sent
   * @example
   * ```ts
   * const { messageId, status } = await crm.emails.send(
   *   { to: ["Eva <eva@example.com>"], cc: "jan@example.com", subject: "Your offer", body: "Dear Eva, …" },
   *   { idempotencyKey: "offer-2026-17" }, // the same key never sends twice, even after a restart of your program
   * );
   * ```
   */
  send: write,
} as const;
