import type { Database } from "@crm/db";
import { AuditSealer } from "./audit/audit-sealer.ts";
import { AccessTokens } from "./auth/access-tokens.ts";
import { PasswordHasher, type PasswordHasherOptions } from "./auth/password-hasher.ts";
import { type SigningKey, SigningKeys } from "./auth/signing-keys.ts";
import { type EncryptionKey, SecretBox } from "./crypto/secret-box.ts";
import type { Dependencies, Logger } from "./dependencies.ts";
import { LiveFeed } from "./events/live-feed.ts";
import { Background } from "./mail/background.ts";
import { MailServers, type MailServersOptions } from "./mail/mail-servers.ts";
import { PictureEncoder } from "./pictures/picture-encoder.ts";
import { Postman } from "./post/postman.ts";
import { ProfileTokens } from "./profiles/profile-tokens.ts";
import type { RateLimitSettings } from "./rate-limits/policies.ts";
import { RateLimits } from "./rate-limits/rate-limits.ts";
import { openRevocations, type RevocationStoreName } from "./revocations/open-revocations.ts";

export interface DependenciesOptions {
  db: Database;
  logger: Logger;
  /** The first signs, all verify. */
  signingKeys: readonly [SigningKey, ...SigningKey[]];
  /** The first encrypts, all decrypt. */
  encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  mailServers: MailServersOptions;
  /** For the CRM's own letters, `smtp://user:password@host:587`. @default none are sent */
  smtpUrl?: string | null;
  /** Where the front end is, without a slash at the end. @default "http://localhost:5173" */
  appUrl?: string;
  passwordHasher?: PasswordHasherOptions;
  /** `redis://host:6379`, where rate limits are counted. @default in the database */
  redisUrl?: string | null;
  /** Where revoked tokens of profiles are kept. @default "redis" with a `redisUrl`, else "database" */
  revocationStore?: RevocationStoreName | undefined;
  /** @default those of the development environment */
  rateLimits?: RateLimitSettings;
}

/**
 * What the services of one process stand on. Call `liveFeed.close()`, `background.stop()`, `limits.close()` and
 * `revocations.close()` before closing the database.
 */
export function createDependencies(options: DependenciesOptions): Dependencies {
  const { db, logger, smtpUrl, appUrl = "http://localhost:5173", redisUrl } = options;
  const background = new Background(logger);
  const keys = new SigningKeys(options.signingKeys);
  const secrets = new SecretBox(options.encryptionKeys);
  return {
    db,
    logger,
    passwords: new PasswordHasher(options.passwordHasher),
    accessTokens: new AccessTokens(keys),
    profileTokens: new ProfileTokens(keys),
    revocations: openRevocations({ db, logger, redisUrl, store: options.revocationStore }),
    secrets,
    mailServers: new MailServers(options.mailServers),
    background,
    auditSealer: new AuditSealer({ db, logger, secrets, background }),
    liveFeed: new LiveFeed({ db, logger }),
    limits: new RateLimits({ db, logger, redisUrl, settings: options.rateLimits }),
    postman: smtpUrl ? new Postman({ smtpUrl, appUrl, logger, background }) : null,
    pictures: new PictureEncoder(),
  };
}
