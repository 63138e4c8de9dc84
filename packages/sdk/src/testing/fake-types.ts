import type { Procedure, Routes } from "../server-types.ts";

export type User = Routes["auth"]["me"]["output"];
export type Contact = Routes["contacts"]["get"]["output"];
export type Email = Routes["emails"]["get"]["output"];
export type CrmEvent = Routes["events"]["list"]["output"]["items"][number];

/**
 * Somebody who can sign in to the fake CRM, and what is theirs.
 * @example
 * ```ts
 * const jana: FakePerson = {
 *   username: "jana",
 *   contacts: [{ email: "eva@example.com", name: "Eva", tags: ["customer"] }],
 *   emails: [{ from: [{ name: "Eva", email: "eva@example.com" }], subject: "Your offer", isRead: false }],
 * };
 * const crm = createFakeCrm({ people: [jana] }).signIn();
 * ```
 */
export interface FakePerson extends Partial<User> {
  /** What they sign in by. @default "jana" */
  username?: string;
  /** What they sign in with. @default "Correct-Horse-7" */
  password?: string;
  /** The password has to be changed first, as after an administrator has made the account. @default false */
  temporary?: boolean;
  /** What the mail server would take. @default any password; with mail of one's own, one is linked already */
  mailbox?: { address: string; password: string };
  /** Their contacts; what is left out is made up. */
  contacts?: readonly (Partial<Contact> & { email: string })[];
  /** Mail that the mailbox holds; what is left out is made up. */
  emails?: readonly Partial<Email>[];
}

/**
 * Who calls, as handlers are told.
 * @example
 * ```ts
 * const greet = ({ user }: FakeCaller) => `Hello ${user?.username ?? "stranger"}`;
 * ```
 */
export interface FakeCaller {
  /** Null for what needs no sign-in. */
  user: User | null;
}

/**
 * Answers in place of the fake's own, each with the input and output of the server's procedure of that name.
 * @example
 * ```ts
 * const handlers: FakeHandlers = {
 *   emails: { unreadCount: () => ({ count: 3, byContact: {} }) },
 *   contacts: { remove: ({ id }) => ({ id }) },
 * };
 * const crm = createFakeCrm({ handlers }).signIn();
 * ```
 */
export type FakeHandlers<Tree = Routes> = {
  readonly [Name in keyof Tree]?: Tree[Name] extends Procedure
    ? (input: Tree[Name]["input"], caller: FakeCaller) => Tree[Name]["output"] | Promise<Tree[Name]["output"]>
    : FakeHandlers<Tree[Name]>;
};

/**
 * Who is in a fake CRM, and what it answers otherwise than by itself.
 * @example
 * ```ts
 * const options: FakeCrmOptions = {
 *   people: [{ username: "jana", temporary: true }],
 *   handlers: { contacts: { add: () => { throw new CrmError("OVERLOADED", "Busy.", { retryAfter: 1 }); } } },
 * };
 * ```
 */
export interface FakeCrmOptions {
  /** Who can sign in. @default one person, `jana` with the password `Correct-Horse-7` */
  people?: readonly FakePerson[];
  /** Answers of your own. What they throw as a `CrmError` is what the call rejects with. */
  handlers?: FakeHandlers;
}
