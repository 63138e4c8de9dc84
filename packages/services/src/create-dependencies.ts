import type { Database } from "@crm/db";
import { AccessTokens, type SigningKey } from "./auth/access-tokens.ts";
import { PasswordHasher } from "./auth/password-hasher.ts";
import { type EncryptionKey, SecretBox } from "./crypto/secret-box.ts";
import type { Dependencies, Logger } from "./dependencies.ts";
import { Background } from "./mail/background.ts";
import { MailServers, type MailServersOptions } from "./mail/mail-servers.ts";

export interface DependenciesOptions {
  db: Database;
  logger: Logger;
  /** The first signs, all verify. */
  signingKeys: readonly [SigningKey, ...SigningKey[]];
  /** The first encrypts, all decrypt. */
  encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  mailServers: MailServersOptions;
}

/** What the services of one process stand on. Call `background.stop()` before closing the database. */
export function createDependencies(options: DependenciesOptions): Dependencies {
  const { db, logger } = options;
  return {
    db,
    logger,
    passwords: new PasswordHasher(),
    accessTokens: new AccessTokens(options.signingKeys),
    secrets: new SecretBox(options.encryptionKeys),
    mailServers: new MailServers(options.mailServers),
    background: new Background(logger),
  };
}
