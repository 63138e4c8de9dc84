import { checkPasswordPolicy } from "../auth/check-password-policy.ts";

/** As short as a username may be; what is shorter stands in too many words. */
const SHORTEST = 3;

/**
 * The rules of every chosen password, where what stands before the @ is the username.
 * @throws ServiceError VALIDATION_ERROR
 */
export function checkProfilePassword(password: string, email: string): void {
  const [name = ""] = email.split("@");
  checkPasswordPolicy(password, name.length < SHORTEST ? email : name, "password", "e-mail address");
}
