import type { Tokens } from "@crm/schemas";
import type { IssuedTokens } from "@crm/services";
import type { Credentials } from "./context.ts";

/** Puts new tokens into the cookies, and into the answer too unless the session asked for cookies alone. */
export function handOutTokens<Answer extends IssuedTokens>(
  credentials: Credentials,
  { tokens, mode, ...answer }: Answer,
): Omit<Answer, "tokens" | "mode"> & { tokens?: Tokens } {
  credentials.setTokens(tokens);
  return mode === "cookie" ? answer : { ...answer, tokens };
}
