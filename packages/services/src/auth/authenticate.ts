import type { Actor, Caller } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { toUser } from "../users/user-view.ts";
import { isApiKey } from "./api-keys/api-key.ts";
import { authenticateApiKey } from "./api-keys/authenticate-api-key.ts";
import { findSession } from "./find-session.ts";

/**
 * Who holds this access token or API key, or null. Session and user are read at every request, so that a logout, a
 * role change or a deletion holds from the next request on, in every process.
 */
export async function authenticate(
  dependencies: Dependencies,
  caller: Caller,
  accessToken: string,
): Promise<Actor | null> {
  if (isApiKey(accessToken)) return authenticateApiKey(dependencies, caller, accessToken);
  const claims = await dependencies.accessTokens.verify(accessToken);
  const row = claims && (await findSession(dependencies.db, claims));
  if (!row) return null;
  const { username, role, temporaryPasswordUntil } = row.user;
  return {
    ...caller,
    ...claims,
    username,
    role,
    passwordDue: temporaryPasswordUntil !== null,
    user: toUser(row.user),
  };
}
