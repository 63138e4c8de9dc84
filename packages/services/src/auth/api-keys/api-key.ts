import { randomBytes } from "node:crypto";
import type { apiKeys } from "@crm/db";
import type { ApiKey, ApiKeyScope } from "@crm/schemas";
import { sha256 } from "../../crypto/opaque-token.ts";

const MARK = "crm_";
/** How much of a key is kept readable, so that people can tell theirs apart: 48 of its 256 random bits. */
const PREFIX_LENGTH = MARK.length + 8;
// 32 random bytes, then the organization's 16, so that the look-up names the tenant.
const SHAPE = /^crm_[A-Za-z0-9_-]{43}([A-Za-z0-9_-]{22})$/;

export const isApiKey = (token: string): boolean => token.startsWith(MARK);

/** A fresh key, and what is stored of it. */
export function generateApiKey(organizationId: string): { key: string; prefix: string; hash: Buffer } {
  const tenant = Buffer.from(organizationId.replaceAll("-", ""), "hex");
  const key = `${MARK}${randomBytes(32).toString("base64url")}${tenant.toString("base64url")}`;
  return { key, prefix: key.slice(0, PREFIX_LENGTH), hash: sha256(key) };
}

/** Null for what cannot be a key of ours. */
export function parseApiKey(key: string): { organizationId: string; hash: Buffer } | null {
  const tenant = SHAPE.exec(key)?.[1];
  if (tenant === undefined) return null;
  const hex = Buffer.from(tenant, "base64url").toString("hex");
  return { organizationId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"), hash: sha256(key) };
}

export const toApiKey = (row: typeof apiKeys.$inferSelect): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes as ApiKeyScope[],
  expiresAt: row.expiresAt,
  lastUsedAt: row.lastUsedAt,
  createdAt: row.createdAt,
});
