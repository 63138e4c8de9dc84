import { asText } from "../mime/header-forms.ts";
import { bodyTextOf } from "../mime/preview.ts";
import { boolean, id, listOf, text, unsigned, utcDate } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";
import type { Account } from "../store/account.ts";
import type { StoredEmail } from "../store/stored-email.ts";

type Test = (email: StoredEmail) => boolean;
type CompileTest = (value: unknown, account: Account) => Test;

/** The conditions of RFC 8621 §4.4.1, each compiled into a test. */
const CONDITIONS: Readonly<Record<string, CompileTest>> = {
  inMailbox: (value) => {
    const mailboxId = id(value, "inMailbox");
    return (email) => email.mailboxIds.has(mailboxId);
  },
  inMailboxOtherThan: (value) => {
    const mailboxIds = new Set(listOf(id)(value, "inMailboxOtherThan"));
    return (email) => [...email.mailboxIds].some((mailboxId) => !mailboxIds.has(mailboxId));
  },
  before: (value) => {
    const time = utcDate(value, "before");
    return (email) => email.receivedAt.getTime() < time;
  },
  after: (value) => {
    const time = utcDate(value, "after");
    return (email) => email.receivedAt.getTime() >= time;
  },
  minSize: (value) => {
    const size = unsigned(value, "minSize");
    return (email) => email.size >= size;
  },
  maxSize: (value) => {
    const size = unsigned(value, "maxSize");
    return (email) => email.size < size;
  },
  hasKeyword: (value) => withKeyword(text(value, "hasKeyword")),
  notKeyword: (value) => {
    const has = withKeyword(text(value, "notKeyword"));
    return (email) => !has(email);
  },
  allInThreadHaveKeyword: (value, account) => {
    const has = withKeyword(text(value, "allInThreadHaveKeyword"));
    return (email) => threadOf(account, email).every(has);
  },
  someInThreadHaveKeyword: (value, account) => {
    const has = withKeyword(text(value, "someInThreadHaveKeyword"));
    return (email) => threadOf(account, email).some(has);
  },
  noneInThreadHaveKeyword: (value, account) => {
    const has = withKeyword(text(value, "noneInThreadHaveKeyword"));
    return (email) => !threadOf(account, email).some(has);
  },
  hasAttachment: (value) => {
    const wanted = boolean(value, "hasAttachment");
    return (email) => email.hasAttachment === wanted;
  },
  text: (value) => {
    const matches = textSearch(text(value, "text"));
    return (email) => matches(() => `${headerText(email)}\n${bodyTextOf(email.root)}`);
  },
  from: (value) => addressSearch(value, "From"),
  to: (value) => addressSearch(value, "To"),
  cc: (value) => addressSearch(value, "Cc"),
  bcc: (value) => addressSearch(value, "Bcc"),
  subject: (value) => {
    const matches = textSearch(text(value, "subject"));
    return (email) => matches(() => email.subject ?? "");
  },
  body: (value) => {
    const matches = textSearch(text(value, "body"));
    return (email) => matches(() => bodyTextOf(email.root));
  },
  header: (value) => {
    const [name, wanted, ...more] = listOf(text)(value, "header");
    if (name === undefined || more.length > 0)
      throw new MethodError("invalidArguments", "header takes a name and a text");
    const matches = textSearch(wanted ?? "");
    return (email) =>
      email.root.headers.some(
        (field) => field.name.toLowerCase() === name.toLowerCase() && matches(() => asText(field.value)),
      );
  },
};

/** Compiles one FilterCondition for an account. @throws MethodError unsupportedFilter */
export function compileEmailCondition(account: Account): (condition: Record<string, unknown>) => Test {
  return (condition) => {
    const tests = Object.entries(condition).map(([key, value]) => {
      if (!Object.hasOwn(CONDITIONS, key)) throw new MethodError("unsupportedFilter", `Cannot filter by ${key}`);
      return (CONDITIONS[key] as CompileTest)(value, account);
    });
    return (email) => tests.every((test) => test(email));
  };
}

function withKeyword(keyword: string): Test {
  const wanted = keyword.toLowerCase();
  return (email) => email.keywords.has(wanted);
}

function threadOf(account: Account, email: StoredEmail): StoredEmail[] {
  const ids = account.threads.get(email.threadId) ?? [];
  return ids.map((emailId) => account.emails.get(emailId)).filter((found) => found !== undefined);
}

function addressSearch(value: unknown, header: string): Test {
  const matches = textSearch(text(value, header.toLowerCase()));
  return (email) => matches(() => addressText(email, header));
}

function addressText(email: StoredEmail, header: string): string {
  return (email.addresses(header) ?? []).map((address) => `${address.name ?? ""} <${address.email}>`).join(", ");
}

function headerText(email: StoredEmail): string {
  return [...["From", "To", "Cc", "Bcc"].map((header) => addressText(email, header)), email.subject ?? ""].join("\n");
}

/** All words have to be there, a "quoted phrase" as it stands; case and diacritics do not matter. */
function textSearch(query: string): (content: () => string) => boolean {
  const terms = [...fold(query).matchAll(/"([^"]+)"|(\S+)/g)].map((match) => match[1] ?? (match[2] as string));
  return (content) => {
    const haystack = fold(content());
    return terms.every((term) => haystack.includes(term));
  };
}

function fold(value: string): string {
  return value
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
