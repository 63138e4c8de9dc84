import type { Method } from "../protocol/method.ts";
import { coreEcho } from "./core-echo.ts";
import { emailChanges, emailGet } from "./email-get.ts";
import { emailImport } from "./email-import.ts";
import { emailQuery, emailQueryChanges } from "./email-query.ts";
import { emailSet } from "./email-set.ts";
import { emailSubmissionChanges, emailSubmissionGet } from "./email-submission-get.ts";
import { emailSubmissionSet } from "./email-submission-set.ts";
import { identityChanges, identityGet } from "./identity-get.ts";
import { mailboxChanges } from "./mailbox-changes.ts";
import { mailboxGet } from "./mailbox-get.ts";
import { mailboxQuery, mailboxQueryChanges } from "./mailbox-query.ts";
import { mailboxSet } from "./mailbox-set.ts";
import { threadChanges, threadGet } from "./thread-get.ts";

export const CORE = "urn:ietf:params:jmap:core";
export const MAIL = "urn:ietf:params:jmap:mail";
export const SUBMISSION = "urn:ietf:params:jmap:submission";

/** All that the server can do, by the capability under which a request has to ask for it. */
export const methods: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  [CORE]: { "Core/echo": coreEcho },
  [MAIL]: {
    "Mailbox/get": mailboxGet,
    "Mailbox/changes": mailboxChanges,
    "Mailbox/query": mailboxQuery,
    "Mailbox/queryChanges": mailboxQueryChanges,
    "Mailbox/set": mailboxSet,
    "Thread/get": threadGet,
    "Thread/changes": threadChanges,
    "Email/get": emailGet,
    "Email/changes": emailChanges,
    "Email/query": emailQuery,
    "Email/queryChanges": emailQueryChanges,
    "Email/set": emailSet,
    "Email/import": emailImport,
  },
  [SUBMISSION]: {
    "Identity/get": identityGet,
    "Identity/changes": identityChanges,
    "EmailSubmission/get": emailSubmissionGet,
    "EmailSubmission/changes": emailSubmissionChanges,
    "EmailSubmission/set": emailSubmissionSet,
  },
};
