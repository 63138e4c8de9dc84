import type { ChangesResponse, QueryChangesResponse, QueryResponse } from "jmap-rfc-types/jmap";
import type * as Rfc from "jmap-rfc-types/jmap-mail";

/** The types of jmap-rfc-types call optional what RFC 8621 allows to be null; servers send either. */
type OrNull<T> = T extends readonly (infer Item)[]
  ? OrNull<Item>[]
  : T extends object
    ? { [Key in keyof T]: undefined extends T[Key] ? OrNull<T[Key]> | null : OrNull<T[Key]> }
    : T;

/** Only the properties that were asked for are there, and servers leave out what a message lacks. */
type Fetched<T extends { id: string }> = { id: string } & {
  [Key in Exclude<keyof T, "id">]?: OrNull<T[Key]> | null;
};

/** RFC 8621 §4.1.2.3. `name` is null where there is none. */
export type EmailAddress = OrNull<Rfc.EmailAddress>;
/** RFC 8621 §4. Everything but the id may be missing, null or empty. */
export type Email = Fetched<Rfc.Email>;
export type EmailBodyPart = OrNull<Rfc.EmailBodyPart>;
export type EmailBodyValue = Rfc.EmailBodyValue;
/** RFC 8621 §4.6. */
export type EmailCreate = Omit<OrNull<Rfc.EmailCreate>, "bodyValues" | "bodyStructure" | keyof BodyCreate> & BodyCreate;
export type EmailFilterCondition = Rfc.EmailFilterCondition;
/** RFC 8621 §4.8. */
export interface EmailImport {
  blobId: string;
  mailboxIds: Record<string, boolean>;
  keywords?: Record<string, boolean>;
  /** @default now */
  receivedAt?: string;
}
/** RFC 8621 §2. */
export type Mailbox = OrNull<Rfc.Mailbox>;
export type MailboxRole = Rfc.MailboxRole;
/** RFC 8621 §3. */
export type Thread = Rfc.Thread;
/** RFC 8621 §6. */
export type Identity = OrNull<Rfc.Identity>;
/** RFC 8621 §7. */
export type EmailSubmission = Fetched<Rfc.EmailSubmission>;
/** RFC 8621 §7: who the message goes to, whatever its headers say. */
export type Envelope = Rfc.Envelope;

/** A part of a message to be made: by value (`partId` into `bodyValues`) or by blob. */
export interface EmailPartCreate {
  partId?: string;
  blobId?: string;
  type?: string;
  name?: string | null;
  charset?: string;
  disposition?: string | null;
  cid?: string | null;
  size?: number;
  subParts?: EmailPartCreate[];
}

interface BodyCreate {
  bodyValues?: Record<string, { value: string; isEncodingProblem?: false; isTruncated?: false }>;
  bodyStructure?: EmailPartCreate;
  textBody?: EmailPartCreate[];
  htmlBody?: EmailPartCreate[];
  attachments?: EmailPartCreate[];
}

/** The answer to a /get (RFC 8620 §5.1). */
export interface GetAnswer<T> {
  accountId: string;
  state: string;
  list: T[];
  notFound: string[];
}

/** The answer to a /changes (RFC 8620 §5.2). */
export type ChangesAnswer = ChangesResponse;
/** The answer to a /query (RFC 8620 §5.5). */
export type QueryAnswer = QueryResponse;
/** The answer to a /queryChanges (RFC 8620 §5.6). */
export type QueryChangesAnswer = QueryChangesResponse;

/** Why one object of a /set failed (RFC 8620 §5.3). */
export interface SetFailure {
  type: string;
  description?: string | null;
  properties?: string[] | null;
  notFound?: string[] | null;
}

/** The answer to a /set (RFC 8620 §5.3). */
export interface SetAnswer<T> {
  accountId: string;
  oldState?: string | null;
  newState?: string | null;
  created?: Record<string, Partial<T> & { id: string }> | null;
  updated?: Record<string, Partial<T> | null> | null;
  destroyed?: string[] | null;
  notCreated?: Record<string, SetFailure> | null;
  notUpdated?: Record<string, SetFailure> | null;
  notDestroyed?: Record<string, SetFailure> | null;
}

/** What each method answers, by its name. */
export interface MethodAnswers {
  "Mailbox/get": GetAnswer<Mailbox>;
  "Mailbox/changes": ChangesAnswer & { updatedProperties?: string[] | null };
  "Mailbox/query": QueryAnswer;
  "Thread/get": GetAnswer<Thread>;
  "Thread/changes": ChangesAnswer;
  "Email/get": GetAnswer<Email>;
  "Email/changes": ChangesAnswer;
  "Email/query": QueryAnswer;
  "Email/queryChanges": QueryChangesAnswer;
  "Email/set": SetAnswer<Email>;
  "Email/import": SetAnswer<Email>;
  "Identity/get": GetAnswer<Identity>;
  "EmailSubmission/get": GetAnswer<EmailSubmission>;
  "EmailSubmission/set": SetAnswer<EmailSubmission>;
}
