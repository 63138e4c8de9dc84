export { type Connection, type ConnectOptions, connect, type Database, type Transaction } from "./connect.ts";
export { copyInto } from "./copy-into.ts";
export { EmbeddedPostgresError } from "./embedded/embedded-postgres-error.ts";
export { findRunningEmbeddedPostgres } from "./embedded/find-running-embedded-postgres.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./embedded/start-embedded-postgres.ts";
export { type Listener, type ListenOptions, listen } from "./listen.ts";
export { migrate } from "./migrate.ts";
export { pendingMigrations } from "./pending-migrations.ts";
export { runPrepared } from "./run-prepared.ts";
export {
  ADDRESS_FIELD,
  apiKeys,
  auditChains,
  auditLogs,
  blocklistEntries,
  type ContactDetails,
  contactMerges,
  contacts,
  correspondents,
  emailContacts,
  emailSearch,
  emailSearchQueue,
  emails,
  emailThreads,
  events,
  idempotencyKeys,
  type MailboxStep,
  type MergeRecord,
  mailAccounts,
  mailboxMessages,
  mailSyncProblems,
  mailSyncs,
  mailWatches,
  mirrorQueue,
  mirrorReleases,
  newId,
  type OutboxState,
  type OutgoingMessage,
  organizations,
  outbox,
  profiles,
  rateLimits,
  refreshTokens,
  revokedTokens,
  type StoredAttachment,
  type SyncError,
  type SyncPhase,
  sessions,
  totpRecoveryCodes,
  userAvatars,
  users,
  userTokens,
  webhookDeliveries,
  webhooks,
} from "./schema/index.ts";
