import type { Dependencies } from "../dependencies.ts";
import type { UserRow } from "../users/user-view.ts";
import { type CredentialChange, credentialLetter } from "./credential-letter.ts";

/**
 * Mails the owner that their way to sign in has changed, where the CRM can send mail and the address was proved. Call it
 * after the commit, with the user as before it: the letter goes to the address that was theirs.
 */
export function tellOwner(
  { postman }: Dependencies,
  { email, emailVerified }: Pick<UserRow, "email" | "emailVerified">,
  change: CredentialChange,
): void {
  if (postman && email !== null && emailVerified)
    postman.send(async () => ({ to: email, ...credentialLetter(change) }));
}
