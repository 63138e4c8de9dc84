import { randomBytes } from "node:crypto";

/** A word that no other row has, fit for a username, a slug or the local part of an address. */
export const uniqueWord = (prefix: string): string => `${prefix}-${randomBytes(5).toString("hex")}`;
