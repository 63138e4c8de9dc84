import { mailAccounts } from "@crm/db";
import type { Dependencies } from "../dependencies.ts";
import { mailPasswordContext } from "../mail/mail-account.ts";
import { describeMailFailure } from "../mail/mail-errors.ts";
import { openMailbox } from "../mail/open-mailbox.ts";
import type { Finding } from "./finding.ts";
import { reasonOf } from "./probe-endpoint.ts";

/** Whether stored mail passwords can be decrypted, and for each mail server whether one of its accounts signs in. */
export async function probeMailLogins(dependencies: Dependencies): Promise<Finding[]> {
  const accounts = await dependencies.db.select().from(mailAccounts);
  if (accounts.length === 0) {
    return [{ check: "mail accounts", state: "skipped", message: "Nobody has linked a mailbox, so none can sign in." }];
  }
  const readable = accounts.filter((account) => {
    try {
      dependencies.secrets.decrypt(account.passwordEncrypted, mailPasswordContext(account));
      return true;
    } catch {
      return false;
    }
  });
  const lost = accounts.length - readable.length;
  const check = "mail accounts: passwords";
  const findings: Finding[] = [
    lost === 0
      ? { check, state: "ok", message: `All ${accounts.length} can be decrypted.` }
      : {
          ...{ check, state: "failed", message: `${lost} of ${accounts.length} cannot be decrypted.` },
          advice:
            "Put the key they were encrypted with back into ENCRYPTION_KEYS, or let their owners link them again.",
        },
  ];
  // One an account server is enough to tell whether signing in works there.
  const byServer = new Map(
    readable.map((account) => [dependencies.mailServers.sessionUrlFor(account.address), account]),
  );
  for (const [sessionUrl, account] of byServer) {
    const login = `mail account ${account.address}: login`;
    if (sessionUrl === null) {
      const advice = "Name a mail server for its domain in JMAP_SERVERS.";
      findings.push({ check: login, state: "failed", message: "There is no mail server for its domain.", advice });
      continue;
    }
    try {
      await openMailbox(dependencies, account);
      findings.push({ check: login, state: "ok", message: "It signs in." });
    } catch (error) {
      const message = describeMailFailure(error)?.message ?? reasonOf(error);
      const advice = "Let its owner link the mailbox again, or see to the mail server.";
      findings.push({ check: login, state: "failed", message, advice });
    }
  }
  return findings;
}
