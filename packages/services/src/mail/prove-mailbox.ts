import { connect, getIdentities } from "@crm/jmap";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { describeMailFailure, toServiceError } from "./mail-errors.ts";

/** What the mail server says about an address whose password is right. */
export interface MailboxProof {
  sessionUrl: string;
  jmapAccountId: string;
  /** Addresses the account may send from, lower case, its own among them. */
  identityAddresses: string[];
}

/**
 * Signs in at the mail server with an address and its password.
 *
 * @throws ServiceError MAIL_DOMAIN_NOT_ALLOWED where the operator listed no server, MAILBOX_AUTH_FAILED,
 *   MAIL_SERVER_UNAVAILABLE
 */
export async function proveMailbox(
  { mailServers, logger }: Dependencies,
  { address, password }: { address: string; password: string },
): Promise<MailboxProof> {
  const sessionUrl = mailServers.sessionUrlFor(address);
  if (sessionUrl === null) throw new ServiceError("MAIL_DOMAIN_NOT_ALLOWED");
  try {
    const client = await connect({ sessionUrl, auth: { type: "basic", username: address, password } });
    const { list } = await getIdentities(client, { ids: null });
    const identities = list.map(({ email }) => email.toLowerCase()).filter((email) => !email.startsWith("*"));
    return {
      sessionUrl,
      jmapAccountId: client.accountId,
      identityAddresses: [...new Set([address.toLowerCase(), ...identities])],
    };
  } catch (error) {
    const failure = describeMailFailure(error);
    // It is the password that was just given, not a stored one.
    if (failure?.code === "MAILBOX_AUTH_FAILED") throw new ServiceError(failure.code, { cause: error });
    // What a person is told is short; whoever runs the installation needs the rest.
    logger.warn({ err: error, sessionUrl }, "a mail server could not be used");
    throw toServiceError(error);
  }
}
