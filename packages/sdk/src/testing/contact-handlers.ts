import { CrmError } from "../crm-error.ts";
import { contactView, type Desk, invalid, makeContact, now, ownContact, page, same, tell } from "./desk.ts";
import type { FakeHandlers } from "./fake-types.ts";

const ADDRESS = /^[^\s@<>"(),:;]{1,64}@[^\s@<>"(),:;]{1,253}$/;

/** `contacts.*` of one person. */
export function contactHandlers(desk: Desk) {
  const view = (id: string) => contactView(desk, ownContact(desk, id));
  return {
    list({ search, tag, sort = "-addedAt", ...where }) {
      const word = search?.toLowerCase();
      const found = desk.contacts
        .filter(({ email, name }) => !word || `${email} ${name ?? ""}`.toLowerCase().includes(word))
        .filter(({ tags }) => tag === undefined || tags.includes(tag))
        .map((contact) => contactView(desk, contact));
      if (sort === "name") found.sort((a, b) => (a.name ?? a.email).localeCompare(b.name ?? b.email));
      else if (sort === "-addedAt") found.reverse();
      else found.sort((a, b) => (b.lastEmailDate ?? "").localeCompare(a.lastEmailDate ?? ""));
      return page(found, where);
    },
    add({ email, name = null, notes = null, tags = [] }) {
      if (!ADDRESS.test(email)) throw invalid("email", "must be an e-mail address");
      if (desk.contacts.some((one) => same(one.email, email))) {
        throw new CrmError("CONTACT_EXISTS", "This address is among your contacts already.");
      }
      const contact = makeContact({ email, name, notes, tags });
      desk.contacts.push(contact);
      const added = view(contact.id);
      tell(desk, "contact.added", added);
      return { contact: added, sync: { status: desk.isLinked ? "completed" : "none", synced: added.emailCount } };
    },
    get: ({ id }) => view(id),
    update({ id, ...changes }) {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      Object.assign(ownContact(desk, id), given, { updatedAt: now() });
      tell(desk, "contact.updated", view(id));
      return view(id);
    },
    remove({ id }) {
      const removed = view(id);
      desk.contacts.splice(desk.contacts.indexOf(ownContact(desk, id)), 1);
      tell(desk, "contact.removed", removed);
      return { id };
    },
    discover(where) {
      if (!desk.isLinked) throw new CrmError("MAILBOX_NOT_LINKED", "Link a mail account first.");
      const isContact = new Set(desk.contacts.map(({ email }) => email.toLowerCase()));
      const people = new Map(desk.emails.flatMap(({ from }) => from).map((one) => [one.email.toLowerCase(), one.name]));
      const found = [...people].map(([email, name]) => {
        const mail = desk.emails.filter(({ from }) => from.some((one) => one.email.toLowerCase() === email));
        const counts = { emailCount: mail.length, sentCount: 0, receivedCount: mail.length };
        const [lastEmailDate = null] = mail
          .map(({ date }) => date)
          .sort()
          .reverse();
        const kind = { kind: "person" as const, reason: null };
        return { email, name, ...counts, isContact: isContact.has(email), lastEmailDate, ...kind };
      });
      return page(
        found.sort((a, b) => b.emailCount - a.emailCount),
        where,
      );
    },
  } satisfies FakeHandlers["contacts"];
}
