import { act, read, write } from "./kinds.ts";

export const profiles = {
  /**
   * Signs somebody up as a customer of the shop; nobody has to be signed in. `name` has two words at least; what `password`
   * needs is said at `auth.setPassword`.
   * @throws EMAIL_TAKEN
   * @example
   * ```ts
   * const { id } = await crm.profiles.create({ name: "Jana Nováková", email: "jana@example.com", password });
   * ```
   */
  create: write,
  /**
   * Oneself alone; for an admin of the CRM all profiles, in the order in which they came.
   * @throws TOKEN_UNVERIFIED when the server cannot tell at the moment whether the token was logged out
   * @example
   * ```ts
   * for await (const { name, email } of crm.profiles.list.all()) console.log(name, email);
   * ```
   */
  list: read,
  /**
   * A profile: `{ id, name, email, createdAt, updatedAt }`.
   * @throws NOT_FOUND, also for somebody else's; TOKEN_UNVERIFIED as at `list`
   * @example
   * ```ts
   * const { name, email } = await crm.profiles.get({ id: profile.id });
   * ```
   */
  get: read,
  /**
   * Replaces name and address, and with `password` the password too, which ends the profile's other tokens.
   * @throws NOT_FOUND, EMAIL_TAKEN; TOKEN_UNVERIFIED as at `list`
   * @example
   * ```ts
   * await crm.profiles.update({ id: profile.id, name: "Jana Horváthová", email: profile.email });
   * ```
   */
  update: write,
  /**
   * Removes a profile; its tokens are worth nothing from then on.
   * @throws NOT_FOUND; TOKEN_UNVERIFIED as at `list`
   * @example
   * ```ts
   * await crm.profiles.delete({ id: profile.id });
   * ```
   */
  delete: write,
  /**
   * Signs a customer in and keeps their token in the client's store. It is good for 24 hours and cannot be renewed.
   * @throws INVALID_CREDENTIALS for a wrong password and for an unknown address alike
   * @example
   * ```ts
   * const { token } = await crm.profiles.login({ email: "jana@example.com", password });
   * ```
   */
  login: write,
  /**
   * Takes back the token that the client has, and empties the store. Other tokens of the profile go on.
   * @throws TOKEN_UNVERIFIED as at `list`
   * @example
   * ```ts
   * await crm.profiles.logout();
   * ```
   */
  logout: act,
} as const;
