import { resolve } from "node:path";
import type { EncryptionKey, MailServersOptions, RevocationStoreName, SigningKey } from "@crm/services";
import type { z } from "zod";
import { databaseUrlFrom } from "./env/database-url.ts";
import { EnvError } from "./env/env-error.ts";
import { keepDevelopmentSecrets } from "./env/keep-development-secrets.ts";
import { encryptionKeysFrom, signingKeysFrom } from "./env/keys.ts";
import { ENVIRONMENT, type Environment } from "./env/variables.ts";

/** Calls that are allowed in a window, see SECURITY in ARCHITECTURE.md. */
export interface RateLimits {
  windowMs: number;
  /** Requests of one IP. */
  maxRequests: number;
  /** Failed logins of one account; ten times that of one IP. */
  loginMax: number;
  /** Calls of each sensitive operation. */
  sensitiveMax: number;
}

/** The whole configuration of a process. Nothing else reads `process.env`. */
export interface Config {
  nodeEnv: "development" | "production" | "test";
  production: boolean;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Null: the embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  redisUrl: string | null;
  /** Where revoked tokens of profiles are kept. */
  revocationStore: RevocationStoreName;
  signingKeys: readonly [SigningKey, ...SigningKey[]];
  encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  corsOrigins: string[];
  /** Without a slash at the end. */
  appUrl: string;
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustProxy: number;
  mailServers: MailServersOptions;
  smtpUrl: string | null;
  rateLimits: RateLimits;
  adminUsername: string;
  adminTempPassword: string | null;
  logLevel: Environment["LOG_LEVEL"] & string;
}

/**
 * Reads and checks every variable. In development, secrets that are missing are made and kept in DATA_DIR.
 * @throws EnvError with one sentence for each variable that is wrong.
 */
export function loadEnv(source: NodeJS.ProcessEnv): Config {
  // An empty variable is an unset one: compose files and .env templates pass them on like that.
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = ENVIRONMENT.safeParse(present);
  if (!parsed.success) throw new EnvError(sentences(parsed.error));
  const env = parsed.data;
  const production = env.NODE_ENV === "production";
  const dataDir = resolve(env.DATA_DIR);
  const corsOrigins = env.CORS_ORIGIN;
  return {
    nodeEnv: env.NODE_ENV,
    production,
    host: env.HOST,
    port: env.PORT,
    databaseUrl: databaseUrlFrom(env),
    dataDir,
    redisUrl: env.REDIS_URL ?? null,
    revocationStore: revocationStoreFrom(env),
    ...keys(env, production, dataDir),
    corsOrigins,
    appUrl: (env.APP_URL ?? corsOrigins[0] ?? "").replace(/(?<!\/)\/+$/, ""),
    trustProxy: env.TRUST_PROXY,
    mailServers: { sessionUrl: env.JMAP_SESSION_URL, byDomain: env.JMAP_SERVERS ?? new Map() },
    smtpUrl: env.SMTP_URL ?? null,
    rateLimits: {
      windowMs: env.RATE_LIMIT_WINDOW_MS,
      maxRequests: env.RATE_LIMIT_MAX_REQUESTS ?? (production ? 100 : 1000),
      loginMax: env.RATE_LIMIT_LOGIN_MAX,
      sensitiveMax: env.RATE_LIMIT_SENSITIVE_MAX ?? (production ? 3 : 100),
    },
    adminUsername: env.ADMIN_USERNAME,
    adminTempPassword: env.ADMIN_TEMP_PASSWORD ?? null,
    // On a developer's terminal the steps are what one wants to read, not a line a request.
    logLevel: env.LOG_LEVEL ?? (production ? "info" : "warn"),
  };
}

function revocationStoreFrom({ REVOCATION_STORE: store, REDIS_URL: url }: Environment): RevocationStoreName {
  if (store === "redis" && url === undefined) {
    throw new EnvError(["REVOCATION_STORE should be memory or database where REDIS_URL is not set."]);
  }
  return store ?? (url === undefined ? "database" : "redis");
}

function keys(env: Environment, production: boolean, dataDir: string): Pick<Config, "signingKeys" | "encryptionKeys"> {
  let signingKeys = signingKeysFrom(env);
  let encryptionKeys = encryptionKeysFrom(env);
  if (production) {
    const missing = [];
    if (!signingKeys)
      missing.push("JWT_SECRET is missing: in production it should be a random text of 32 bytes or more.");
    if (!encryptionKeys) {
      missing.push("ENCRYPTION_KEY is missing: in production it should be 32 random bytes in base64.");
    }
    if (missing.length > 0) throw new EnvError(missing);
  }
  if (!signingKeys || !encryptionKeys) {
    const kept = keepDevelopmentSecrets(dataDir);
    signingKeys ??= signingKeysFrom(kept);
    encryptionKeys ??= encryptionKeysFrom(kept);
  }
  if (!signingKeys || !encryptionKeys) throw new Error("keys were neither given nor made");
  return { signingKeys, encryptionKeys };
}

/** "PORT should be a whole number from 0 to 65535." One a variable, the first thing that is wrong with it. */
function sentences(error: z.ZodError): string[] {
  const byName = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    if (!byName.has(name)) byName.set(name, `${name} should be ${message}.`);
  }
  return [...byName.values()];
}
