import { z } from "zod";
import { enteredPassword, newPassword, samePasswords } from "./password.ts";
import { emailAddress, singleLineText, timestamp, uuid } from "./primitives.ts";
import { personName, user, username } from "./user.ts";

export const organizationSlug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "must be a short name of lower-case letters, digits and dashes");

/** How the tokens travel: in the body and as cookies, or as cookies alone. */
export const tokenMode = z.enum(["token", "cookie"]);
export type TokenMode = z.infer<typeof tokenMode>;

export const tokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string(),
    /** The access token's life in seconds. */
    expiresIn: z.number().int(),
  })
  .meta({ id: "Tokens" });
export type Tokens = z.infer<typeof tokens>;

/** A code of the authenticator app, or a recovery code. */
export const secondFactor = z.string().min(6).max(20);

export const loginInput = z
  .strictObject({
    username: z.string().min(1).max(254),
    password: enteredPassword,
    /** Its short name; "default" when left out. */
    organization: organizationSlug.default("default"),
    /** A code of the authenticator app, or a recovery code. */
    totp: secondFactor.optional(),
    /** `cookie`: no tokens in the answer, now or later. */
    mode: tokenMode.default("token"),
  })
  .meta({ examples: [{ username: "jana", password: "Correct-Horse-7" }] });
export const loginOutput = z.object({
  user,
  tokens: tokens.optional(),
  needsPasswordChange: z.boolean(),
  needsEmailSetup: z.boolean(),
});

export const refreshInput = z.strictObject({ refreshToken: z.string().min(1).max(500).optional() });
export const refreshOutput = z.object({ tokens: tokens.optional() });

export const setPasswordInput = z
  .strictObject({
    newPassword,
    confirmPassword: z.string().max(256),
    /** Needed once the temporary password is gone. */
    currentPassword: enteredPassword.optional(),
  })
  .superRefine(samePasswords)
  .meta({ examples: [{ newPassword: "Correct-Horse-7", confirmPassword: "Correct-Horse-7" }] });
export const setPasswordOutput = z.object({ user, tokens: tokens.optional(), needsEmailSetup: z.boolean() });

export const linkEmailInput = z
  .strictObject({
    email: emailAddress,
    /** Without it, the address is stored alone, and a code mailed to it. */
    emailPassword: singleLineText(1000).min(1).optional(),
  })
  .meta({ examples: [{ email: "demo@crm.test", emailPassword: "demo" }] });
export const mailAccount = z.object({
  id: uuid,
  address: z.string(),
  status: z.enum(["active", "auth_failed"]),
});
export const linkEmailOutput = z.object({
  user,
  mailAccount: mailAccount.nullable(),
  emailVerified: z.boolean(),
  needsEmailSetup: z.boolean(),
});
export const unlinkEmailOutput = z.object({ user, needsEmailSetup: z.boolean() });
export const skipEmailOutput = z.object({ needsEmailSetup: z.boolean() });
export const logoutOutput = z.object({ loggedOut: z.literal(true) });

export const session = z.object({
  id: uuid,
  createdAt: timestamp,
  expiresAt: timestamp,
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export const sessionOutput = z.object({
  session,
  user,
  needsPasswordChange: z.boolean(),
  needsEmailSetup: z.boolean(),
});
export const listedSession = session.extend({ lastUsedAt: timestamp, current: z.boolean() }).meta({ id: "Session" });

export const forgotPasswordInput = z
  .strictObject({
    username: username.optional(),
    email: emailAddress.optional(),
    organization: organizationSlug.default("default"),
  })
  .superRefine(({ username, email }, context) => {
    if ((username === undefined) === (email === undefined)) {
      context.addIssue({ code: "custom", path: ["username"], message: "either this or email is needed" });
    }
  });
export const forgotPasswordOutput = z.object({ sent: z.literal(true) });

export const resetPasswordInput = z
  .strictObject({ token: z.string().min(1).max(500), newPassword, confirmPassword: z.string().max(256) })
  .superRefine(samePasswords);
export const resetPasswordOutput = z.object({ reset: z.literal(true) });

export const verifyEmailInput = z.strictObject({ code: z.string().regex(/^\d{6}$/, "must be the six digits") });
export const verifyEmailOutput = z.object({ user, emailVerified: z.literal(true) });

export const updateMeInput = z
  .strictObject({
    firstName: personName.nullable().optional(),
    lastName: personName.nullable().optional(),
  })
  .meta({ examples: [{ firstName: "Jana", lastName: "Novák" }] });
