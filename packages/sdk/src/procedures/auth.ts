import { act, readAll, write } from "./kinds.ts";

const sessions = {
  /**
   * Where one is signed in: `{ id, createdAt, expiresAt, ipAddress, userAgent, lastUsedAt, current }[]`, all on one page. A
   * session ends 14 days after it was last renewed, 30 days after the sign-in at the latest.
   * @example
   * ```ts
   * const { items } = await crm.auth.sessions.list();
   * for (const { userAgent, lastUsedAt, current } of items) console.log(userAgent, lastUsedAt, current);
   * ```
   */
  list: readAll,
  /**
   * Ends one of one's sessions, on whatever device it is. Its access token is worth nothing from the next request on.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * const { items } = await crm.auth.sessions.list();
   * for (const { id, current } of items) if (!current) await crm.auth.sessions.revoke({ id });
   * ```
   */
  revoke: write,
} as const;

const totp = {
  /**
   * Begins a second factor (RFC 6238): `{ otpauthUri, secret }`, the URI for a QR code, and its secret in base32 for whoever
   * cannot scan. It counts once `enable` was given a code of it.
   * @throws CONFLICT while a second factor is on
   * @example
   * ```ts
   * const { otpauthUri, secret } = await crm.auth.totp.setup();
   * ```
   */
  setup: act,
  /**
   * Turns the second factor on by a code of the authenticator app. The ten recovery codes are in this answer and nowhere
   * else; each signs in once where a code does.
   * @throws WRONG_CODE; CONFLICT when nothing was set up, or was set up anew meanwhile
   * @example
   * ```ts
   * const { recoveryCodes } = await crm.auth.totp.enable({ code: "123456" });
   * console.log(recoveryCodes.join("\n"));
   * ```
   */
  enable: write,
  /**
   * Turns the second factor off, by password and by a code or a recovery code.
   * @throws WRONG_PASSWORD, WRONG_CODE; CONFLICT when none is on
   * @example
   * ```ts
   * await crm.auth.totp.disable({ password, code: "123456" });
   * ```
   */
  disable: write,
} as const;

const apiKeys = {
  /**
   * One's API keys, all on one page: `{ id, name, prefix, scopes, expiresAt, lastUsedAt, createdAt }[]`. `prefix` is how the
   * key begins; the rest is known to its holder alone.
   * @example
   * ```ts
   * const { items } = await crm.auth.apiKeys.list();
   * const unused = items.filter(({ lastUsedAt }) => lastUsedAt === null);
   * ```
   */
  list: readAll,
  /**
   * Makes a key for a program that acts as oneself, within `scopes`. `key` is in this answer and nowhere else;
   * `memoryTokenStore(key)` makes a client that sends it. Without `expiresAt` it never ends.
   * @throws UNPROCESSABLE for the hundred-and-first key; FORBIDDEN for the scope `admin` where one is none
   * @example
   * ```ts
   * const { key } = await crm.auth.apiKeys.create({ name: "nightly report", scopes: ["contacts:read", "emails:read"] });
   * const robot = createCrmClient({ baseUrl, tokens: memoryTokenStore(key) });
   * ```
   */
  create: write,
  /**
   * Takes an API key back; it is worth nothing from the next request on.
   * @throws NOT_FOUND
   * @example
   * ```ts
   * const { items } = await crm.auth.apiKeys.list();
   * for (const { id, name } of items) if (name === "nightly report") await crm.auth.apiKeys.revoke({ id });
   * ```
   */
  revoke: write,
} as const;

export const auth = {
  /**
   * Signs in, and keeps the tokens in the client's store. While `needsPasswordChange`, little but `setPassword` is allowed;
   * `needsEmailSetup` is true until a mail account is linked or that step is skipped. A user who has a second factor gives a
   * code of it, or a recovery code, as `totp`. After several wrong passwords the account has to wait (`retryAfter`).
   * @throws INVALID_CREDENTIALS for a wrong password and for somebody unknown alike; TOTP_REQUIRED
   * @example
   * ```ts
   * try {
   *   const { user, needsPasswordChange } = await crm.auth.login({ username: "jana", password });
   *   console.log(user.role, needsPasswordChange);
   * } catch (error) {
   *   if (!isCrmError(error, "TOTP_REQUIRED")) throw error;
   *   await crm.auth.login({ username: "jana", password, totp: "123456" });
   * }
   * ```
   */
  login: write,
  /**
   * Exchanges the refresh token for a new pair (`expiresIn`: seconds). The client does so by itself when the access token is
   * over; by hand it is for a store that another program fills. Each token can be exchanged once (RFC 9700 §4.14.2).
   * @throws REFRESH_RACED when somebody else has done so within the last 10 s; UNAUTHORIZED when the session is over
   * @example
   * ```ts
   * await crm.auth.refresh();
   * ```
   */
  refresh: write,
  /**
   * Chooses a new password: 8 to 128 characters with an upper-case and a lower-case letter, a digit and a special character,
   * none of the 10,000 most common ones and not containing the username. What is wrong with it is in the error's `details`.
   * All other sessions of the user end; this client goes on with a new one.
   * @throws WRONG_PASSWORD when `currentPassword` is, which is needed once the temporary one is gone
   * @example
   * ```ts
   * await crm.auth.setPassword({ newPassword: "Correct-Horse-7", confirmPassword: "Correct-Horse-7" });
   * ```
   */
  setPassword: write,
  /**
   * Links one's mailbox. Its password is proven at the mail server first, and the index of the mailbox begins. Without
   * `emailPassword` the address is stored alone, and a six-digit code is mailed to it (see `verifyEmail`).
   * @throws MAILBOX_AUTH_FAILED, MAIL_DOMAIN_NOT_ALLOWED, EMAIL_TAKEN, MAIL_SERVER_UNAVAILABLE
   * @example
   * ```ts
   * const { mailAccount } = await crm.auth.linkEmail({ email: "demo@crm.test", emailPassword: "demo" });
   * console.log(mailAccount?.address, mailAccount?.status);
   * ```
   */
  linkEmail: write,
  /**
   * Forgets the mail account, its credentials and the mirrored mail; contacts stay. Nothing changes at the mail server.
   * @example
   * ```ts
   * const { needsEmailSetup } = await crm.auth.unlinkEmail(); // true: that step is open again
   * ```
   */
  unlinkEmail: act,
  /**
   * Leaves the mail account for later; `needsEmailSetup` is false from then on.
   * @example
   * ```ts
   * await crm.auth.skipEmail();
   * ```
   */
  skipEmail: act,
  /**
   * Ends this session and empties the store. The access token is worth nothing from the next request on.
   * @example
   * ```ts
   * await crm.auth.logout();
   * ```
   */
  logout: act,
  /**
   * This session, who it is of, and what is left to set up:
   * `{ session: { id, createdAt, expiresAt, ipAddress, userAgent }, user, needsPasswordChange, needsEmailSetup }`.
   * @example
   * ```ts
   * const { user, session, needsEmailSetup } = await crm.auth.session();
   * console.log(user.username, session.expiresAt, needsEmailSetup);
   * ```
   */
  session: readAll,
  /**
   * Oneself. `avatarUrl` is a path of the server.
   * @example
   * ```ts
   * const { username, role, email, emailVerified } = await crm.auth.me();
   * ```
   */
  me: readAll,
  /**
   * Changes one's name, of at most 100 characters each; what is left out stays, null takes it away.
   * @example
   * ```ts
   * await crm.auth.updateMe({ firstName: "Jana", lastName: null });
   * ```
   */
  updateMe: write,
  /**
   * Has a link to a new password mailed, by username or by address. The answer is the same whoever it was. The link is good
   * for 30 minutes and once.
   * @throws MAIL_NOT_CONFIGURED where the server cannot send mail of its own
   * @example
   * ```ts
   * await crm.auth.forgotPassword({ email: "jana@example.com" });
   * ```
   */
  forgotPassword: write,
  /**
   * Chooses a new password by the token of a mailed link (`…/reset-password#token=…`). Every session of the user ends; sign
   * in afterwards. What a password needs is said at `setPassword`.
   * @throws INVALID_TOKEN when it was used, is over or never was; MAIL_NOT_CONFIGURED
   * @example
   * ```ts
   * const newPassword = "Correct-Horse-7";
   * await crm.auth.resetPassword({ token, newPassword, confirmPassword: newPassword });
   * ```
   */
  resetPassword: write,
  /**
   * Proves one's address by the six-digit code that `linkEmail` had mailed to it; it counts for 10 minutes and 5 tries.
   * @throws WRONG_CODE, MAIL_NOT_CONFIGURED
   * @example
   * ```ts
   * await crm.auth.verifyEmail({ code: "123456" });
   * ```
   */
  verifyEmail: write,
  /**
   * Sets one's picture: PNG, JPEG or WebP of at most 2 MiB, also as a string in base64. It is kept as WebP of 256 by 256
   * pixels, without metadata. `avatarUrl` is a path of the server.
   * @throws UNPROCESSABLE for a picture that cannot be read
   * @example
   * ```ts
   * const { avatarUrl } = await crm.auth.setAvatar({ image: file });
   * ```
   */
  setAvatar: write,
  /**
   * Takes one's picture away.
   * @example
   * ```ts
   * await crm.auth.removeAvatar();
   * ```
   */
  removeAvatar: act,
  /** Where one is signed in. */
  sessions,
  /** A second factor: codes of an authenticator app (RFC 6238). */
  totp,
  /** Keys for programs that act as oneself. */
  apiKeys,
} as const;
