export { connect } from "./connect.ts";
export {
  JmapHttpError,
  type JmapHttpErrorKind,
  JmapMethodError,
  JmapProtocolError,
  JmapRequestError,
  JmapSetError,
  JmapTransportError,
} from "./errors.ts";
export type {
  Auth,
  ConnectOptions,
  DownloadOptions,
  Invocation,
  JmapClient,
  RequestOptions,
  SubscribeOptions,
  UploadedBlob,
  UploadOptions,
} from "./jmap-client.ts";
export type { JmapResponses, ResponseInvocation } from "./jmap-responses.ts";
export type {
  ChangesAnswer,
  Email,
  EmailAddress,
  EmailBodyPart,
  EmailBodyValue,
  EmailCreate,
  EmailFilterCondition,
  EmailImport,
  EmailPartCreate,
  EmailSubmission,
  Envelope,
  GetAnswer,
  Identity,
  Mailbox,
  MailboxRole,
  MethodAnswers,
  QueryAnswer,
  QueryChangesAnswer,
  SetAnswer,
  SetFailure,
  Thread,
} from "./mail-types.ts";
export type { GetChangesArgs } from "./methods/get-changes.ts";
export { getEmailChanges } from "./methods/get-email-changes.ts";
export { type GetEmailQueryChangesArgs, getEmailQueryChanges } from "./methods/get-email-query-changes.ts";
export { type GetEmailsArgs, getEmails } from "./methods/get-emails.ts";
export { getIdentities } from "./methods/get-identities.ts";
export { getMailboxChanges } from "./methods/get-mailbox-changes.ts";
export { type GetMailboxesArgs, getMailboxes } from "./methods/get-mailboxes.ts";
export { getThreadChanges } from "./methods/get-thread-changes.ts";
export { getThreads } from "./methods/get-threads.ts";
export { type ImportEmailsArgs, importEmails } from "./methods/import-emails.ts";
export { type EmailComparator, type EmailFilter, type QueryEmailsArgs, queryEmails } from "./methods/query-emails.ts";
export { type EmailPatch, type SetEmailsArgs, setEmails } from "./methods/set-emails.ts";
export type { SetOutcome } from "./methods/set-outcome.ts";
export { type SubmitEmailArgs, type SubmittedEmail, submitEmail } from "./methods/submit-email.ts";
export { type ResultReference, resultOf } from "./result-of.ts";
export type { JmapSession, Limits } from "./session.ts";
