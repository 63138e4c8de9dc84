import type { ErrorCode } from "@crm/schemas";
import { violatedUniqueIndex } from "../database-errors.ts";
import { ServiceError } from "../errors.ts";

/** What a person chose that somebody else of the organization has already, by the index that says so. */
const TAKEN: Readonly<Record<string, ErrorCode>> = {
  users_username_key: "USERNAME_TAKEN",
  users_email_key: "EMAIL_TAKEN",
  mail_accounts_address_key: "EMAIL_TAKEN",
  profiles_email_key: "EMAIL_TAKEN",
};

/** The error a caller should see for a write that ran into one of these indexes, or null. */
export function takenError(error: unknown): ServiceError | null {
  const code = TAKEN[violatedUniqueIndex(error) ?? ""];
  return code === undefined ? null : new ServiceError(code, { cause: error });
}
