import { z } from "zod";

/** Longest password that is hashed, in characters. */
export const PASSWORD_MAX_LENGTH = 128;

/** Any password a person may type to sign in; bounded so that nothing huge reaches the hash. */
export const enteredPassword = z.string().min(1).max(PASSWORD_MAX_LENGTH);

const RULES: readonly [RegExp, string][] = [
  [/\p{Lu}/u, "needs an upper-case letter"],
  [/\p{Ll}/u, "needs a lower-case letter"],
  [/\p{Nd}/u, "needs a digit"],
  [/[^\p{L}\p{N}\s]/u, "needs a special character"],
];

/** A password somebody chooses: 8 to 128 characters after NFKC, of four kinds. */
export const newPassword = z
  .string()
  .max(PASSWORD_MAX_LENGTH)
  .refine((value) => !value.includes("\u0000"), "must not contain a NUL character")
  .transform((value) => value.normalize("NFKC"))
  .superRefine((value, context) => {
    const length = [...value].length;
    if (length < 8 || length > PASSWORD_MAX_LENGTH) {
      context.addIssue({ code: "custom", message: `needs 8 to ${PASSWORD_MAX_LENGTH} characters` });
    }
    for (const [pattern, message] of RULES) {
      if (!pattern.test(value)) context.addIssue({ code: "custom", message });
    }
  });

/** A new password typed twice. */
export const samePasswords = (input: { newPassword: string; confirmPassword: string }, context: z.RefinementCtx) => {
  if (input.newPassword !== input.confirmPassword.normalize("NFKC")) {
    context.addIssue({ code: "custom", path: ["confirmPassword"], message: "is not the same as the new password" });
  }
};
