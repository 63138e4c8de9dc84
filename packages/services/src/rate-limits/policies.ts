/** How much is allowed; from the environment (`RATE_LIMIT_…`). */
export interface RateLimitSettings {
  /** Length of every window, in milliseconds. */
  windowMs: number;
  /** API calls of one user; before sign-in, of one network. */
  maxRequests: number;
  /** Failed logins of one account; ten times that of one network. */
  loginMax: number;
  /** Calls of each sensitive operation. */
  sensitiveMax: number;
}

/** What applies where nothing is set: the development defaults of the environment. */
export const DEFAULT_SETTINGS: RateLimitSettings = {
  windowMs: 900_000,
  maxRequests: 1000,
  loginMax: 5,
  sensitiveMax: 100,
};

/** Whose calls are added up: a user's, those of an IP address (IPv6: of a /64), or those aimed at an account. */
type CountedBy = "user" | "network" | "account";

/** So many per window; a window begins with the first call that is counted in it. */
export interface Policy {
  name: string;
  countedBy: CountedBy;
  limit: number;
  windowMs: number;
}

type Row = readonly [name: string, countedBy: CountedBy, counts: "calls" | "failures", limit: keyof Limits];

type Limits = ReturnType<typeof limitsOf>;
const limitsOf = ({ maxRequests, loginMax, sensitiveMax }: RateLimitSettings) => ({
  maxRequests,
  loginMax,
  tenTimesLoginMax: loginMax * 10,
  sensitiveMax,
});

/** Every limit there is. A name with a dot in it that is a procedure's belongs to that procedure. */
const TABLE = [
  ["api.user", "user", "calls", "maxRequests"],
  ["api.network", "network", "calls", "maxRequests"],
  ["login.account", "account", "failures", "loginMax"],
  ["login.network", "network", "failures", "tenTimesLoginMax"],
  ["auth.setPassword", "user", "calls", "sensitiveMax"],
  ["auth.linkEmail", "user", "calls", "sensitiveMax"],
  ["auth.verifyEmail", "user", "calls", "sensitiveMax"],
  ["auth.forgotPassword", "network", "calls", "sensitiveMax"],
  ["auth.resetPassword", "network", "calls", "sensitiveMax"],
  ["auth.totp.setup", "user", "calls", "sensitiveMax"],
  ["auth.totp.enable", "user", "calls", "sensitiveMax"],
  ["auth.totp.disable", "user", "calls", "sensitiveMax"],
  ["auth.apiKeys.create", "user", "calls", "sensitiveMax"],
  ["auth.apiKeys.revoke", "user", "calls", "sensitiveMax"],
] as const satisfies readonly Row[];

export type PolicyName = (typeof TABLE)[number][0];

export function policiesFrom(settings: RateLimitSettings): ReadonlyMap<string, Policy> {
  const limits = limitsOf(settings);
  const { windowMs } = settings;
  return new Map(
    TABLE.map(([name, countedBy, , limit]) => [name, { name, countedBy, limit: limits[limit], windowMs }]),
  );
}
