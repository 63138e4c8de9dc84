import { z } from "zod";
import { secondFactor } from "./auth.ts";
import { enteredPassword } from "./password.ts";

export const totpSetupOutput = z.object({
  /** For a QR code. */
  otpauthUri: z.string(),
  /** In base32, for whoever cannot scan it. */
  secret: z.string(),
});
export const totpEnableInput = z.strictObject({ code: secondFactor });
/** Shown this once; each works once where a code does. */
export const totpEnableOutput = z.object({ recoveryCodes: z.array(z.string()) });
export const totpDisableInput = z.strictObject({ password: enteredPassword, code: secondFactor });
export const totpDisableOutput = z.object({ totpEnabled: z.literal(false) });
