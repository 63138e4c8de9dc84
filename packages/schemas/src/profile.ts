import { z } from "zod";
import { enteredPassword, newPassword } from "./password.ts";
import { emailAddress, pageInput, singleLineText, timestamp, uuid } from "./primitives.ts";

/** A customer's name: two words at least. Blanks around it do not count. */
const fullName = singleLineText(200)
  .transform((value) => value.trim())
  .refine((value) => value.split(/\s+/).length > 1, "needs two words at least, like a first and a last name");

/** A customer of the shop, as it and admins see them. */
export const profile = z.object({
  id: uuid,
  name: z.string(),
  email: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Profile = z.infer<typeof profile>;

export const createProfileInput = z.strictObject({ name: fullName, email: emailAddress, password: newPassword });
export const listProfilesInput = z.strictObject({ ...pageInput });
export const profileIdInput = z.strictObject({ id: uuid });
/** Without `password` the old one stays. */
export const updateProfileInput = z.strictObject({
  id: uuid,
  name: fullName,
  email: emailAddress,
  password: newPassword.optional(),
});
export const deletedProfileOutput = z.object({ id: uuid });

export const loginProfileInput = z.strictObject({ email: z.string().min(1).max(254), password: enteredPassword });
/** Good for 24 hours, as Bearer. */
export const loginProfileOutput = z.object({ token: z.string() });
