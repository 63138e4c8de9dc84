import { z } from "zod";
import { singleLineText, timestamp, uuid } from "./primitives.ts";

export const username = z
  .string()
  .regex(/^[A-Za-z0-9._-]{3,50}$/, "3 to 50 letters, digits, dots, dashes or underscores");
export const personName = singleLineText(100);

/** `admin` manages people; both see only their own contacts and mail. */
export const role = z.enum(["admin", "member"]);
export type Role = z.infer<typeof role>;

export const user = z
  .object({
    id: uuid,
    username: z.string(),
    email: z.string().nullable(),
    emailVerified: z.boolean(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    role,
    /** False while the password is a temporary one. */
    changedPassword: z.boolean(),
    totpEnabled: z.boolean(),
    /** A path of the server. */
    avatarUrl: z.string().nullable(),
    lastLogin: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({
    id: "User",
    examples: [
      {
        id: "019c12f0-7a3e-7c51-9d0e-3b5f6c2a8e11",
        username: "jana",
        email: "jana@example.com",
        emailVerified: true,
        firstName: "Jana",
        lastName: "Novák",
        role: "member",
        changedPassword: true,
        totpEnabled: false,
        avatarUrl: null,
        lastLogin: "2026-01-31T08:15:00.000Z",
        createdAt: "2026-01-30T10:00:00.000Z",
        updatedAt: "2026-01-31T08:15:00.000Z",
      },
    ],
  });
export type User = z.infer<typeof user>;
