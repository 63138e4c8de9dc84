import { z } from "zod";
import { singleLineText, timestamp, uuid } from "./primitives.ts";

export const username = z
  .string()
  .regex(/^[A-Za-z0-9._-]{3,50}$/, "3 to 50 letters, digits, dots, dashes or underscores");
export const personName = singleLineText(100);

/** `admin` manages people; both see only their own contacts and mail. */
export const role = z.enum(["admin", "member"]);
export type Role = z.infer<typeof role>;

export const user = z.object({
  id: uuid,
  username: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  role,
  changedPassword: z.boolean(),
  totpEnabled: z.boolean(),
  avatarUrl: z.string().nullable(),
  lastLogin: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type User = z.infer<typeof user>;
