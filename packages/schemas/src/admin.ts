import { z } from "zod";
import { newPassword } from "./password.ts";
import { emailAddress, instantInput, pageInput, singleLineText, timestamp, uuid } from "./primitives.ts";
import { personName, role, user, username } from "./user.ts";

export const createUserInput = z
  .strictObject({
    username,
    firstName: personName.optional(),
    lastName: personName.optional(),
    role: role.default("member"),
    /** Made up when left out. */
    tempPassword: newPassword.optional(),
    email: emailAddress.optional(),
    /** Links the mail account too; the mail server has to take it. */
    emailPassword: singleLineText(1000).min(1).optional(),
  })
  .meta({ examples: [{ username: "jana", role: "member" }] });
export const createUserOutput = z.object({ user: user.extend({ tempPassword: z.string(), emailSetup: z.boolean() }) });

export const listUsersInput = z.strictObject({
  search: singleLineText(200).optional(),
  role: role.optional(),
  ...pageInput,
});
export const userIdInput = z.strictObject({ userId: uuid });
export const changeRoleInput = z.strictObject({ userId: uuid, role });
/** `tempPassword` is in this answer and nowhere else. */
export const resetUserPasswordOutput = z.object({ user, tempPassword: z.string() });
export const deletedUserOutput = z.object({ id: uuid });

export const auditEntry = z
  .object({
    id: uuid,
    userId: uuid.nullable(),
    username: z.string().nullable(),
    /** `auth.login`, `contact.add` … */
    action: z.string(),
    /** What it was done to: `user`, `contact`, `email` … */
    resource: z.string(),
    resourceId: z.string().nullable(),
    oldValue: z.unknown(),
    newValue: z.unknown(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    success: z.boolean(),
    errorMessage: z.string().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "AuditEntry" });
export const auditVerification = z.object({
  ok: z.boolean(),
  /** Entries that were found in order. */
  checked: z.number().int(),
  /** The first one that is not as it was written, or that follows on one that is gone. */
  firstBrokenId: uuid.nullable(),
});
export const listAuditLogsInput = z.strictObject({
  action: singleLineText(100).optional(),
  resource: singleLineText(100).optional(),
  resourceId: singleLineText(255).optional(),
  userId: uuid.optional(),
  success: z.boolean().optional(),
  from: instantInput.optional(),
  to: instantInput.optional(),
  search: singleLineText(200).optional(),
  ...pageInput,
});
