export { auditChains, auditLogs } from "./audit.ts";
export { newId, toIsoInstant } from "./columns.ts";
export { blocklistEntries, type ContactDetails, contactMerges, contacts, type MergeRecord } from "./contacts.ts";
export {
  emailContacts,
  emailSearch,
  emailSearchQueue,
  emails,
  emailThreads,
  mirrorReleases,
  type StoredAttachment,
} from "./emails.ts";
export { events, webhookDeliveries, webhooks } from "./events.ts";
export {
  mailAccounts,
  mailSyncProblems,
  mailSyncs,
  mailWatches,
  type SyncError,
  type SyncPhase,
} from "./mail-accounts.ts";
export { ADDRESS_FIELD, correspondents, mailboxMessages, mirrorQueue } from "./mailbox-index.ts";
export { organizations } from "./organizations.ts";
export { idempotencyKeys, type OutboxState, type OutgoingMessage, outbox } from "./outbox.ts";
export { profiles, revokedTokens } from "./profiles.ts";
export { rateLimits } from "./rate-limits.ts";
export { apiKeys, refreshTokens, sessions } from "./sessions.ts";
export { type MailboxStep, totpRecoveryCodes, userAvatars, users, userTokens } from "./users.ts";
