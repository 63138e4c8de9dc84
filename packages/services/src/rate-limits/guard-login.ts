import type { Caller } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { networkOf } from "./network-of.ts";

/**
 * Runs a login within its limits: so many failures of an account, whoever tries, and so many of a network, whichever
 * account. A success forgives the account's; what fails for another reason than wrong credentials counts for neither.
 * An account that nobody has is limited all the same, so that the limit tells nothing.
 * @throws RateLimitedError, ServiceError OVERLOADED, and what `run` throws
 */
export async function guardLogin<Result>(
  { limits, passwords }: Pick<Dependencies, "limits" | "passwords">,
  caller: Caller,
  { organization, username }: { organization: string; username: string },
  run: () => Promise<Result>,
): Promise<Result> {
  // A flood is turned away before it costs the database anything.
  passwords.requireRoom();
  const account = `${organization}/${username.toLowerCase()}`;
  const attempt = await limits.beginAttempt([
    ["login.network", networkOf(caller.ipAddress)],
    ["login.account", account],
  ]);
  try {
    const result = await run();
    await attempt.end(["undone", "forgiven"]);
    return result;
  } catch (error) {
    const isGuess = error instanceof ServiceError && error.code === "INVALID_CREDENTIALS";
    await attempt.end(isGuess ? ["failed", "failed"] : ["undone", "undone"]);
    throw error;
  }
}
