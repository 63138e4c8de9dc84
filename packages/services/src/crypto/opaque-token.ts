import { createHash, randomBytes } from "node:crypto";

/** A token that means nothing by itself; it carries the tenant so that its look-up names one. Stored as SHA-256. */
export interface OpaqueToken {
  organizationId: string;
  hash: Buffer;
}

// As strict as the column: what is no UUID must not reach the database.
const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

export const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** A fresh token of 256 random bits, and what to store of it. */
export function createOpaqueToken(organizationId: string): OpaqueToken & { token: string } {
  const token = `${organizationId}.${randomBytes(32).toString("base64url")}`;
  return { token, organizationId, hash: sha256(token) };
}

/** Null for what cannot be a token of ours. */
export function parseOpaqueToken(token: string): OpaqueToken | null {
  const organizationId = SHAPE.exec(token)?.[1];
  return organizationId === undefined ? null : { organizationId, hash: sha256(token) };
}
