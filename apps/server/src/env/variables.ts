import { newPassword, username } from "@crm/schemas";
import { z } from "zod";
import { type NamedKey, parseKeys } from "./keys.ts";

/** Every message completes the sentence "NAME should be …". */
const text = (expected: string) => z.string({ error: expected });
const wholeNumber = (minimum: number, maximum: number, expected: string) =>
  text(expected)
    .regex(/^\d{1,12}$/, expected)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, expected);
const positive = wholeNumber(1, 1_000_000_000, "a whole number above 0");

// URL.parse would do, but Node 20 has none.
const parseUrl = (value: string): URL | null => (URL.canParse(value) ? new URL(value) : null);

const urlOf = (schemes: readonly string[], expected: string) =>
  text(expected).refine((value) => {
    const url = parseUrl(value);
    return url !== null && schemes.includes(url.protocol) && url.hostname !== "";
  }, expected);

const ORIGINS = "a comma-separated list of origins like https://crm.example.com, without a path";
const origins = text(ORIGINS)
  .transform((value) => value.split(",").map((origin) => origin.trim().replace(/\/$/, "")))
  .refine((list) => list.every((origin) => isWeb(origin) && parseUrl(origin)?.origin === origin), ORIGINS);

const SERVERS =
  "a comma-separated list like example.com=https://mail.example.com/.well-known/jmap, without a user or password";
const SERVER = "a URL like https://mail.example.com/.well-known/jmap, without a user or password";
const mailServers = text(SERVERS)
  .transform((value) => new Map(value.split(",").map(toMailServer)))
  .refine((servers) => [...servers].every(([domain, url]) => domain.includes(".") && isMailServer(url)), SERVERS);

function toMailServer(entry: string): [domain: string, sessionUrl: string] {
  const separator = entry.indexOf("=");
  return [entry.slice(0, Math.max(separator, 0)).trim().toLowerCase(), entry.slice(separator + 1).trim()];
}

const isWeb = (value: string) => ["http:", "https:"].includes(parseUrl(value)?.protocol ?? "");
// Users sign in there, each by a password of their own; a request refuses to carry another one in its URL.
const isMailServer = (value: string) => {
  const url = isWeb(value) ? parseUrl(value) : null;
  return url !== null && url.username === "" && url.password === "";
};

const SECRET = "a random text of 32 bytes or more";
const SECRETS = "a comma-separated list like 2026a:secret, each secret of 32 bytes or more";
const KEY = "32 random bytes in base64";
const KEYS = "a comma-separated list like 2026a:base64, each key of 32 bytes";
const PASSWORD = "8 to 128 characters with an upper-case and a lower-case letter, a digit and a special character";
const isLong = (secret: string) => Buffer.byteLength(secret) >= 32;
const isKey = (key: string) => /^[A-Za-z0-9+/_-]{43}=?$/.test(key);
const keyList = (expected: string, fits: (secret: string) => boolean) =>
  text(expected)
    .transform((value) => parseKeys(value) ?? [])
    .refine((keys: NamedKey[]) => keys.length > 0 && keys.every(({ secret }) => fits(secret)), expected);

/** What each variable may be. Defaults that depend on another one are in `loadEnv`. */
export const ENVIRONMENT = z.object({
  NODE_ENV: z.enum(["development", "production", "test"], "development, production or test").default("development"),
  HOST: text("a host name or an IP address")
    .regex(/^[A-Za-z0-9.:_-]+$/, "a host name or an IP address")
    .default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535, "a whole number from 0 to 65535").default(5000),
  DATABASE_URL: urlOf(["postgres:", "postgresql:"], "a URL like postgres://user:password@host:5432/name").optional(),
  DB_HOST: text("a host name").optional(),
  DB_PORT: wholeNumber(1, 65_535, "a whole number from 1 to 65535").optional(),
  DB_USER: text("a user name").optional(),
  DB_PASSWORD: text("a password").optional(),
  DB_NAME: text("the name of a database").optional(),
  DATA_DIR: text("a folder").default(".data"),
  REDIS_URL: urlOf(["redis:", "rediss:"], "a URL like redis://host:6379").optional(),
  REVOCATION_STORE: z.enum(["memory", "redis", "database"], "memory, redis or database").optional(),
  JWT_SECRET: text(SECRET).refine(isLong, SECRET).optional(),
  JWT_SECRETS: keyList(SECRETS, isLong).optional(),
  ENCRYPTION_KEY: text(KEY).refine(isKey, KEY).optional(),
  ENCRYPTION_KEYS: keyList(KEYS, isKey).optional(),
  CORS_ORIGIN: origins.default(["http://localhost:5173"]),
  APP_URL: urlOf(["http:", "https:"], "a URL like https://crm.example.com").optional(),
  TRUST_PROXY: wholeNumber(0, 100, "the number of proxies in front, from 0 to 100").default(0),
  JMAP_SESSION_URL: text(SERVER).refine(isMailServer, SERVER).optional(),
  JMAP_SERVERS: mailServers.optional(),
  SMTP_URL: urlOf(["smtp:", "smtps:"], "a URL like smtp://user:password@host:587").optional(),
  RATE_LIMIT_WINDOW_MS: positive.default(900_000),
  RATE_LIMIT_MAX_REQUESTS: positive.optional(),
  RATE_LIMIT_LOGIN_MAX: positive.default(5),
  RATE_LIMIT_SENSITIVE_MAX: positive.optional(),
  ADMIN_USERNAME: text("a username").pipe(username).default("admin"),
  ADMIN_TEMP_PASSWORD: text(PASSWORD)
    .refine((value) => newPassword.safeParse(value).success, PASSWORD)
    .transform((value) => value.normalize("NFKC"))
    .optional(),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "trace, debug, info, warn, error, fatal or silent",
    )
    .optional(),
});

export type Environment = z.output<typeof ENVIRONMENT>;
