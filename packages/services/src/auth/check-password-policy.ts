import { createRequire } from "node:module";
import { ServiceError } from "../errors.ts";

type Lists = typeof import("@zxcvbn-ts/language-common");

let common: ReadonlySet<string> | undefined;

/** Loaded with the first password that is chosen: the list is 49,000 long. Its head is the 10,000 that must be refused. */
function isCommon(password: string): boolean {
  const load = createRequire(import.meta.url);
  common ??= new Set((load("@zxcvbn-ts/language-common") as Lists).dictionary["passwords-common"]);
  return common.has(password);
}

/**
 * The rules for chosen passwords that a schema cannot know: not a common one, not containing the username.
 * @param called what that is to whoever chooses
 */
export function checkPasswordPolicy(
  newPassword: string,
  username: string,
  path = "newPassword",
  called = "username",
): void {
  const lower = newPassword.toLowerCase();
  const refuse = (message: string): never => {
    throw new ServiceError("VALIDATION_ERROR", { message: `The password ${message}.`, details: [{ path, message }] });
  };
  if (lower.includes(username.toLowerCase())) refuse(`must not contain the ${called}`);
  if (isCommon(lower)) refuse("is among the most common ones");
}
