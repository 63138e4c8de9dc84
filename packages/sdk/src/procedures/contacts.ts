import { read, write } from "./kinds.ts";

const blocklist = {
  /**
   * Blocked addresses and domains: `{ id, pattern, createdAt }`.
   * @example
   * ```ts
   * for await (const { pattern } of crm.contacts.blocklist.list.all()) console.log(pattern);
   * ```
   */
  list: read,
  /**
   * Blocks an address, or all of a domain (`@example.com`): never discovered, never mirrored. What was mirrored of it goes,
   * except for messages that another contact is in.
   * @throws CONFLICT when it is blocked already; MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile
   * @example
   * ```ts
   * await crm.contacts.blocklist.add({ pattern: "@spam.example" });
   * ```
   */
  add: write,
  /**
   * Unblocks. Mail of contacts comes back with the next sync, which begins at once.
   * @throws NOT_FOUND; MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile
   * @example
   * ```ts
   * const { items } = await crm.contacts.blocklist.list();
   * for (const { id, pattern } of items) if (pattern === "@spam.example") await crm.contacts.blocklist.remove({ id });
   * ```
   */
  remove: write,
} as const;

export const contacts = {
  /**
   * One's contacts, those added last first unless `sort` says otherwise (`name`, `-lastEmailDate`). `search` looks into names
   * and addresses, whatever their case and diacritics. `limit` is 1 to 100, and 50 when left out.
   * @example
   * ```ts
   * const { items, nextCursor } = await crm.contacts.list({ search: "novak", sort: "name", limit: 20 });
   * for await (const { name, emailCount, unreadCount } of crm.contacts.list.all({ tag: "customer" })) {
   *   console.log(name, emailCount, unreadCount);
   * }
   * ```
   */
  list: read,
  /**
   * Whom the mailbox exchanged mail with: people first, then automatic senders (`kind`, `reason`), most mail first. Counts are
   * of messages: `receivedCount` from the address, `sentCount` to it, `emailCount` each message once. While a mailbox is indexed
   * for the first time, it is what is known by then.
   * @throws MAILBOX_NOT_LINKED
   * @example
   * ```ts
   * const { items } = await crm.contacts.discover({ isContact: false, limit: 10 });
   * for (const { email, name, emailCount } of items) console.log(name ?? email, emailCount);
   * ```
   */
  discover: read,
  /**
   * Adds a contact, and with it all mail that is from, to, cc or bcc the address. Without a `name`, the one that it uses in
   * its mail is taken. `sync.synced` counts the messages that are here by now; while `sync.status` is `running` the rest comes in the
   * background, and with `none` no mailbox is linked. A contact's `email` never changes.
   * @throws CONTACT_EXISTS; MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile; MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * try {
   *   const { contact, sync } = await crm.contacts.add({ email: "eva@example.com", tags: ["customer"] });
   *   console.log(contact.id, sync.status, sync.synced);
   * } catch (error) {
   *   if (!isCrmError(error, "CONTACT_EXISTS")) throw error;
   * }
   * ```
   */
  add: write,
  /**
   * A contact. The counts are of messages.
   * @throws NOT_FOUND, also for what is somebody else's
   * @example
   * ```ts
   * const { name, notes, tags, lastEmailDate } = await crm.contacts.get({ id: contact.id });
   * ```
   */
  get: read,
  /**
   * Changes what one knows about a contact; what is left out stays, null takes it away. At most 200 characters of name,
   * 10,000 of notes and 50 tags.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * await crm.contacts.update({ id: contact.id, notes: "met in Brno", tags: ["customer", "vip"] });
   * ```
   */
  update: write,
  /**
   * Removes a contact. Mirrored mail that no other contact shares goes along; nothing changes at the mail server.
   * @throws NOT_FOUND; MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile
   * @example
   * ```ts
   * await crm.contacts.remove({ id: contact.id });
   * ```
   */
  remove: write,
  /**
   * Makes one contact of two: the mail, tags and notes of `contactId` become those of `id`, and from now on the mail of both
   * addresses is. Within a day `undoMerge` parts them again.
   * @throws NOT_FOUND; CONFLICT when one of them is merged already; UNPROCESSABLE for a contact with itself, or when they have
   * too many notes or tags together; MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile
   * @example
   * ```ts
   * const { emailCount } = await crm.contacts.merge({ id: contact.id, contactId: duplicate.id });
   * ```
   */
  merge: write,
  /**
   * Undoes the last merge into a contact, within a day of it. Later edits of the contact that stayed are kept.
   * @throws NOT_FOUND; UNPROCESSABLE when there is nothing to undo; MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile
   * @example
   * ```ts
   * const { emailCount } = await crm.contacts.undoMerge({ id: contact.id });
   * ```
   */
  undoMerge: write,
  /**
   * Adds and updates contacts by the text of a file of at most 10 MiB: CSV (RFC 4180) with the header `email,name,notes,tags`,
   * tags separated by `;`, or vCards (RFC 6350). What the file leaves empty stays as it is, and a row with an error (`row` counts from
   * 1, after the header) stops no other. With `dryRun` nothing is written.
   * @throws MAILBOX_NOT_LINKED when the mailbox is unlinked meanwhile
   * @example
   * ```ts
   * const file = "email,name,tags\neva@example.com,Eva,customer;vip\n";
   * const { created, updated, errors } = await crm.contacts.import({ file, type: "text/csv", dryRun: true });
   * for (const { row, field, message } of errors) console.warn(row, field, message);
   * ```
   */
  import: write,
  /**
   * All contacts as the text of a file that `import` reads: `csv`, or `vcard` (RFC 6350). In the CSV, what a spreadsheet would
   * take for a formula has an apostrophe before it.
   * @throws UNPROCESSABLE when it would be larger than 10 MiB; `GET /api/contacts/export` streams any size
   * @example
   * ```ts
   * const csv = await crm.contacts.export({ format: "csv" });
   * ```
   */
  export: read,
  /** Whom one does not want to hear of. */
  blocklist,
} as const;
