import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvError } from "../src/env/env-error.ts";
import { loadEnv } from "../src/env.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const SECRET = "s".repeat(32);

let DATA_DIR: string;
beforeEach(() => {
  DATA_DIR = mkdtempSync(join(tmpdir(), "crm-env-"));
});
afterEach(() => rmSync(DATA_DIR, { recursive: true, force: true }));

const load = (env: Record<string, string> = {}) => loadEnv({ DATA_DIR, ...env });
const complaints = (env: Record<string, string>): readonly string[] => {
  try {
    load(env);
  } catch (error) {
    if (error instanceof EnvError) return error.sentences;
    throw error;
  }
  return [];
};

describe("the environment", () => {
  it("needs nothing in development, and has the documented defaults", () => {
    const config = load();
    expect(config).toMatchObject({
      nodeEnv: "development",
      production: false,
      host: "127.0.0.1",
      port: 5000,
      databaseUrl: null,
      redisUrl: null,
      revocationStore: "database",
      corsOrigins: ["http://localhost:5173"],
      appUrl: "http://localhost:5173",
      trustProxy: 0,
      smtpUrl: null,
      rateLimits: { windowMs: 900_000, maxRequests: 1000, loginMax: 5, sensitiveMax: 100 },
      adminUsername: "admin",
      adminTempPassword: null,
    });
  });

  it("makes development secrets once and keeps them for their owner's eyes only", () => {
    const first = load();
    const second = load();
    expect(second.signingKeys).toEqual(first.signingKeys);
    expect(second.encryptionKeys).toEqual(first.encryptionKeys);
    expect(first.encryptionKeys[0].key).toHaveLength(32);
    const path = join(DATA_DIR, "secrets.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).toContain(first.encryptionKeys[0].key.toString("base64"));
  });

  it("says in a sentence that the secrets file is damaged, and does not replace it", () => {
    const path = join(DATA_DIR, "secrets.json");
    writeFileSync(path, "{");
    expect(complaints({})).toEqual([`${path} is damaged: restore it, or remove it to begin with new secrets.`]);
    expect(readFileSync(path, "utf8")).toBe("{");
  });

  it("says in a sentence that DATA_DIR cannot be a folder", () => {
    const file = join(DATA_DIR, "file");
    writeFileSync(file, "");
    expect(complaints({ DATA_DIR: join(file, "below") })).toEqual([
      `DATA_DIR should be a folder that can be written, but ${join(file, "below")} is not (ENOTDIR).`,
    ]);
  });

  it("does not start in production without secrets, and names each that is missing", () => {
    expect(complaints({ NODE_ENV: "production" }).map((sentence) => sentence.split(" ")[0])).toEqual([
      "JWT_SECRET",
      "ENCRYPTION_KEY",
    ]);
    const config = load({ NODE_ENV: "production", JWT_SECRET: SECRET, ENCRYPTION_KEY: KEY });
    expect(config.rateLimits).toMatchObject({ maxRequests: 100, sensitiveMax: 3 });
  });

  it.each([
    ["NODE_ENV", "prod"],
    ["PORT", "http"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["HOST", "two words"],
    ["DATABASE_URL", "mysql://localhost/crm"],
    ["REDIS_URL", "localhost:6379"],
    ["REVOCATION_STORE", "disk"],
    ["REVOCATION_STORE", "redis"],
    ["JWT_SECRET", "short"],
    ["JWT_SECRETS", "a:short"],
    ["JWT_SECRETS", `a:${SECRET},a:${SECRET}`],
    ["ENCRYPTION_KEY", Buffer.alloc(16).toString("base64")],
    ["ENCRYPTION_KEYS", KEY],
    ["CORS_ORIGIN", "*"],
    ["CORS_ORIGIN", "https://crm.example.com/app"],
    ["APP_URL", "crm.example.com"],
    ["TRUST_PROXY", "true"],
    ["JMAP_SESSION_URL", "mail.example.com"],
    ["JMAP_SESSION_URL", "https://user:password@mail.example.com/.well-known/jmap"],
    ["JMAP_SERVERS", "https://mail.example.com"],
    ["JMAP_SERVERS", "example.com=https://user@mail.example.com/.well-known/jmap"],
    ["SMTP_URL", "mail.example.com:25"],
    ["RATE_LIMIT_MAX_REQUESTS", "0"],
    ["ADMIN_USERNAME", "an admin"],
    ["ADMIN_TEMP_PASSWORD", "password"],
    ["LOG_LEVEL", "loud"],
  ])("names a bad %s (%s) in one sentence", (name, value) => {
    const sentences = complaints({ [name]: value });
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(new RegExp(`^${name} should be .+\\.$`));
    expect(sentences[0]).not.toMatch(/invalid|expected/i);
  });

  it("names all that is wrong at once", () => {
    expect(complaints({ PORT: "x", HOST: " ", LOG_LEVEL: "x" })).toHaveLength(3);
  });

  it("remembers revoked tokens in Redis where there is one, unless told otherwise", () => {
    const REDIS_URL = "redis://127.0.0.1:6379";
    expect(load({ REDIS_URL }).revocationStore).toBe("redis");
    expect(load({ REDIS_URL, REVOCATION_STORE: "database" }).revocationStore).toBe("database");
    expect(load({ REVOCATION_STORE: "memory" }).revocationStore).toBe("memory");
  });

  it("takes an empty variable for an unset one", () => {
    expect(load({ PORT: "", DATABASE_URL: "", DB_HOST: "" })).toMatchObject({ port: 5000, databaseUrl: null });
  });

  it("builds the database's URL from its parts, whatever is in the password", () => {
    const { databaseUrl } = load({ DB_HOST: "db", DB_USER: "crm", DB_PASSWORD: "p@ss/w:rd", DB_NAME: "crm" });
    const url = new URL(databaseUrl ?? "");
    expect([url.hostname, url.port, url.pathname, decodeURIComponent(url.password)]).toEqual([
      "db",
      "5432",
      "/crm",
      "p@ss/w:rd",
    ]);
  });

  it("lets the first of several keys be the one in use, and keeps the single one for what it made", () => {
    const { signingKeys, encryptionKeys } = load({
      JWT_SECRETS: `new:${"n".repeat(32)},old:${"o".repeat(32)}`,
      JWT_SECRET: SECRET,
      ENCRYPTION_KEYS: `2:${KEY}`,
    });
    expect(signingKeys.map(({ id }) => id)).toEqual(["new", "old", "default"]);
    expect(encryptionKeys.map(({ id }) => id)).toEqual(["2"]);
  });

  it("reads mail servers by domain", () => {
    const { mailServers } = load({
      JMAP_SERVERS: "Example.com=https://a.example/jmap, b.org=http://127.0.0.1:8080/x?a=b",
    });
    expect(mailServers.byDomain?.get("example.com")).toBe("https://a.example/jmap");
    expect(mailServers.byDomain?.get("b.org")).toBe("http://127.0.0.1:8080/x?a=b");
  });
});
