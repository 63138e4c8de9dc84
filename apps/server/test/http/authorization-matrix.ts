import { randomBytes } from "node:crypto";
import { TEST_PASSWORD } from "@crm/db/testing";
import type { Belongings, Person } from "./open-world.ts";

/**
 * Who calls. `owner` owns what the input names, `member` and `admin` are of the same organization, `stranger` is an
 * admin of another, `temporary` an admin whose password is due, and `key` an API key with every scope but the needed.
 */
export const CALLERS = ["owner", "member", "admin", "stranger", "anonymous", "temporary", "key"] as const;
export type CallerName = (typeof CALLERS)[number];

/** How a row says what is answered: `ok`, one of these, or a code itself. */
export const WORDS: Readonly<Record<string, string>> = {
  "401": "UNAUTHORIZED",
  "403": "FORBIDDEN",
  "404": "NOT_FOUND",
  due: "PASSWORD_CHANGE_REQUIRED",
};

export interface Row {
  /** One word for each of `CALLERS`. */
  answers: string;
  /** Names what is the owner's wherever something can be named. */
  input?: (own: Belongings, owner: Person) => unknown;
}

const PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const RESET = { newPassword: "Another-Horse-8", confirmPassword: "Another-Horse-8" };
const PASSWORDS = { ...RESET, currentPassword: TEST_PASSWORD };
const MAIL = { to: "friend@x.test", subject: "Hello", body: "Hello" };
const word = () => `x-${randomBytes(6).toString("hex")}`;

const user = ({ userId }: Belongings) => ({ userId });
const contact = ({ contactId: id }: Belongings) => ({ id });
const profile = ({ profileId: id }: Belongings) => ({ id });
const customer = (email: string) => ({ name: "Jana Nováková", email, password: TEST_PASSWORD });
const message = ({ jmapId }: Belongings) => ({ jmapId });
const thread = ({ threadId }: Belongings) => ({ threadId });

// For anybody, for the signed-in about themselves, for owners, for admins about their people.
const anybody = "ok ok ok ok ok ok ok";
const onboarding = "ok ok ok ok 401 ok 403";
const oneself = "ok ok ok ok 401 due 403";
const owned = "ok 404 404 404 401 due 403";
const governed = "403 403 ok 404 401 due 403";
const governing = "403 403 ok ok 401 due 403";
const letIn = (code: string) => oneself.replaceAll("ok", code);
const all = (code: string) => CALLERS.map(() => code).join(" ");

/** Every procedure. A new one has to be given its row here. */
export const MATRIX: Readonly<Record<string, Row>> = {
  "auth.login": {
    answers: anybody,
    input: (_, { user }) => ({ username: user.username, password: TEST_PASSWORD }),
  },
  "auth.refresh": { answers: all("401"), input: () => ({ refreshToken: "none" }) },
  "auth.forgotPassword": { answers: all("MAIL_NOT_CONFIGURED"), input: () => ({ username: "anybody" }) },
  "auth.resetPassword": { answers: all("MAIL_NOT_CONFIGURED"), input: () => ({ token: "none", ...RESET }) },

  "auth.session": { answers: onboarding },
  "auth.me": { answers: onboarding },
  "auth.setPassword": { answers: onboarding, input: () => PASSWORDS },
  "auth.logout": { answers: onboarding },

  "auth.updateMe": { answers: oneself, input: () => ({ lastName: "New" }) },
  "auth.setAvatar": { answers: oneself, input: () => ({ image: PICTURE }) },
  "auth.removeAvatar": { answers: oneself },
  "auth.skipEmail": { answers: oneself },
  "auth.linkEmail": { answers: oneself, input: () => ({ email: `${word()}@house.test` }) },
  "auth.verifyEmail": { answers: letIn("MAIL_NOT_CONFIGURED"), input: () => ({ code: "000000" }) },
  "auth.sessions.list": { answers: oneself },
  "auth.sessions.revoke": { answers: owned, input: ({ sessionId: id }) => ({ id }) },
  "auth.totp.enable": { answers: letIn("CONFLICT"), input: () => ({ code: "000000" }) },
  "auth.totp.disable": { answers: letIn("CONFLICT"), input: () => ({ password: TEST_PASSWORD, code: "000000" }) },
  // After enable, which is to find nothing set up.
  "auth.totp.setup": { answers: oneself },
  "auth.apiKeys.list": { answers: oneself },
  "auth.apiKeys.create": { answers: oneself, input: () => ({ name: "new", scopes: ["emails:read"] }) },
  "auth.apiKeys.revoke": { answers: owned, input: ({ apiKeyId: id }) => ({ id }) },

  "admin.users.create": { answers: governing, input: () => ({ username: word() }) },
  "admin.users.list": { answers: governing, input: () => ({ limit: 100 }) },
  "admin.users.get": { answers: governed, input: user },
  "admin.users.changeRole": { answers: governed, input: (own) => ({ ...user(own), role: "admin" }) },
  "admin.users.resetPassword": { answers: governed, input: user },
  "admin.users.delete": { answers: governed, input: user },
  "admin.auditLogs.list": { answers: governing, input: () => ({ limit: 100 }) },
  "admin.auditLogs.verify": { answers: governing },

  "contacts.list": { answers: oneself, input: () => ({}) },
  "contacts.discover": { answers: oneself, input: () => ({}) },
  "contacts.add": { answers: oneself, input: () => ({ email: `${word()}@x.test` }) },
  "contacts.get": { answers: owned, input: contact },
  "contacts.update": { answers: owned, input: (own) => ({ ...contact(own), notes: "New" }) },
  "contacts.remove": { answers: owned, input: contact },
  "contacts.import": {
    answers: oneself,
    input: () => ({ file: `email\n${word()}@x.test\n`, type: "text/csv", dryRun: false }),
  },
  "contacts.export": { answers: oneself, input: () => ({ format: "csv" }) },
  "contacts.merge": { answers: owned, input: (own) => ({ ...contact(own), contactId: own.otherContactId }) },
  "contacts.undoMerge": { answers: owned, input: ({ otherContactId: id }) => ({ id }) },
  "contacts.blocklist.list": { answers: oneself, input: () => ({}) },
  "contacts.blocklist.add": { answers: oneself, input: () => ({ pattern: `${word()}@x.test` }) },
  "contacts.blocklist.remove": { answers: owned, input: ({ blocklistEntryId: id }) => ({ id }) },

  "emails.list": { answers: oneself, input: () => ({}) },
  "emails.threads": { answers: oneself, input: () => ({}) },
  "emails.search": { answers: owned, input: ({ marker, contactId }) => ({ q: marker, contactId }) },
  "emails.unreadCount": { answers: oneself },
  "emails.sync": { answers: oneself },
  "emails.syncStatus": { answers: oneself },
  "emails.get": { answers: owned, input: message },
  "emails.attachment": { answers: owned, input: ({ jmapId, blobId }) => ({ jmapId, blobId }) },
  "emails.uploadAttachment": {
    answers: oneself,
    input: () => ({ name: "a.txt", type: "text/plain", content: "aGVsbG8=" }),
  },
  "emails.thread": { answers: owned, input: thread },
  "emails.byContact": { answers: owned, input: ({ contactId }) => ({ contactId }) },
  "emails.markRead": { answers: owned, input: message },
  "emails.markThreadRead": { answers: owned, input: thread },
  "emails.reply": { answers: owned, input: ({ messageId }) => ({ ...MAIL, inReplyTo: `<${messageId}>` }) },
  "emails.send": { answers: oneself, input: () => MAIL },

  "events.list": { answers: oneself, input: () => ({ after: "0" }) },
  "events.stream": { answers: oneself, input: () => ({ lastEventId: "0" }) },

  // To users; how profiles are answered is in profiles/realms.test.ts.
  "profiles.create": { answers: anybody, input: () => customer(`${word()}@shop.test`) },
  "profiles.login": {
    answers: anybody,
    input: ({ profileEmail: email }) => ({ email, password: TEST_PASSWORD }),
  },
  "profiles.list": { answers: governing, input: () => ({ limit: 100 }) },
  "profiles.get": { answers: governed, input: profile },
  "profiles.update": {
    answers: governed,
    input: (own) => ({ ...profile(own), name: "New Name", email: `${word()}@shop.test` }),
  },
  "profiles.delete": { answers: governed, input: profile },
  "profiles.logout": { answers: governing },

  // The last one: it takes everybody's mailbox.
  "auth.unlinkEmail": { answers: oneself },
};
