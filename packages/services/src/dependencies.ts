import type { Database } from "@crm/db";
import type { AuditSealer } from "./audit/audit-sealer.ts";
import type { AccessTokens } from "./auth/access-tokens.ts";
import type { PasswordHasher } from "./auth/password-hasher.ts";
import type { SecretBox } from "./crypto/secret-box.ts";
import type { LiveFeed } from "./events/live-feed.ts";
import type { Background } from "./mail/background.ts";
import type { MailServers } from "./mail/mail-servers.ts";
import type { PictureEncoder } from "./pictures/picture-encoder.ts";
import type { Postman } from "./post/postman.ts";
import type { ProfileTokens } from "./profiles/profile-tokens.ts";
import type { RateLimits } from "./rate-limits/rate-limits.ts";
import type { RevocationStore } from "./revocations/revocation-store.ts";

/** The part of a logger that services use (pino's shape). */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the services stand on; made once a process. */
export interface Dependencies {
  db: Database;
  logger: Logger;
  passwords: PasswordHasher;
  accessTokens: AccessTokens;
  profileTokens: ProfileTokens;
  /** Of tokens of profiles. */
  revocations: RevocationStore;
  secrets: SecretBox;
  mailServers: MailServers;
  background: Background;
  auditSealer: AuditSealer;
  liveFeed: LiveFeed;
  limits: RateLimits;
  /** Null where the installation has no mail server for its own letters. */
  postman: Postman | null;
  pictures: PictureEncoder;
}
