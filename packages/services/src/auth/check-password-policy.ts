import { dictionary } from "@zxcvbn-ts/language-common";
import { ServiceError } from "../errors.ts";

// The whole list, 49,000 long and ordered by how common they are: its head is the 10,000 that must be refused.
const COMMON_PASSWORDS: ReadonlySet<string> = new Set(dictionary["passwords-common"]);

/** The rules for chosen passwords that a schema cannot know: not a common one, not containing the username. */
export function checkPasswordPolicy(newPassword: string, username: string, path = "newPassword"): void {
  const lower = newPassword.toLowerCase();
  const refuse = (message: string): never => {
    throw new ServiceError("VALIDATION_ERROR", { message: `The password ${message}.`, details: [{ path, message }] });
  };
  if (lower.includes(username.toLowerCase())) refuse("must not contain the username");
  if (COMMON_PASSWORDS.has(lower)) refuse("is among the most common ones");
}
