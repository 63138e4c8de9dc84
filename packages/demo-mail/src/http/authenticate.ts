import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { RequestError } from "../protocol/errors.ts";
import type { Account } from "../store/account.ts";

/** HTTP Basic (RFC 7617). @throws RequestError with status 401 */
export function authenticate(request: IncomingMessage, accounts: ReadonlyMap<string, Account>): Account {
  const [scheme, credentials] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "basic" && credentials) {
    const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, "base64").toString("utf8")) ?? [];
    const account = accounts.get((username ?? "").toLowerCase());
    if (account && isSame(account.password, password ?? "")) return account;
  }
  throw new RequestError(null, 401, "Wrong user name or password");
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
