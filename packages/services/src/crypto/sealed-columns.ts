/**
 * Every column that holds something encrypted, under the name that is bound into its values, with the columns whose
 * values are bound in as well, in that order. They make a row out, so rotation finds its way by them.
 */
export const SEALED_COLUMNS = {
  "mail_accounts.password": {
    table: "mail_accounts",
    column: "password_encrypted",
    boundTo: ["organization_id", "user_id", "id"],
  },
  "users.totp_secret": { table: "users", column: "totp_secret", boundTo: ["organization_id", "id"] },
  "idempotency_keys.response": {
    table: "idempotency_keys",
    column: "response_encrypted",
    boundTo: ["organization_id", "user_id", "key"],
  },
  "audit_chains.proof": { table: "audit_chains", column: "proof", boundTo: ["organization_id"] },
} as const satisfies Record<string, { table: string; column: string; boundTo: readonly string[] }>;

/** Whose secret a value is: the column, and the values of what it is bound to. */
export type SealContext = readonly [keyof typeof SEALED_COLUMNS, ...string[]];
