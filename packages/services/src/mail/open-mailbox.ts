import { connect, type JmapClient } from "@crm/jmap";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { type MailAccountRow, mailPasswordContext } from "./mail-account.ts";

/** Clients kept open, per process; beyond it the one opened the longest ago goes. */
const MAX_CLIENTS = 500;

interface Kept {
  /** A change of either makes the client useless. */
  passwordEncrypted: string;
  sessionUrl: string;
  client: Promise<JmapClient>;
}

const kept = new WeakMap<Dependencies, Map<string, Kept>>();

/**
 * A client of the account's mail server. Kept between calls, because its session resource costs a round trip. Which
 * server that is, the operator's settings say: an account follows its mail server when that moves.
 * @throws ServiceError MAIL_DOMAIN_NOT_ALLOWED where there is none for the address any more; MAILBOX_AUTH_FAILED when
 *   the stored password cannot be read; whatever `connect` throws
 */
export async function openMailbox(dependencies: Dependencies, account: MailAccountRow): Promise<JmapClient> {
  const sessionUrl = dependencies.mailServers.sessionUrlFor(account.address);
  if (sessionUrl === null) throw new ServiceError("MAIL_DOMAIN_NOT_ALLOWED");
  const clients = kept.get(dependencies) ?? new Map<string, Kept>();
  kept.set(dependencies, clients);
  const known = clients.get(account.id);
  if (known?.passwordEncrypted === account.passwordEncrypted && known.sessionUrl === sessionUrl) {
    const client = await known.client;
    if (!client.isSessionOutdated) return client;
  }
  return open(dependencies, clients, account, sessionUrl);
}

function open(
  dependencies: Dependencies,
  clients: Map<string, Kept>,
  account: MailAccountRow,
  sessionUrl: string,
): Promise<JmapClient> {
  const { id, address: username, passwordEncrypted } = account;
  const password = readPassword(dependencies, account);
  const client = connect({ sessionUrl, auth: { type: "basic", username, password } });
  // Made anew, it stands last: the first of the map was opened the longest ago.
  clients.delete(id);
  clients.set(id, { passwordEncrypted, sessionUrl, client });
  client.catch(() => clients.delete(id));
  const [oldest] = clients.keys();
  if (clients.size > MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
  return client;
}

/** @throws ServiceError MAILBOX_AUTH_FAILED when the key that it was encrypted with is gone */
function readPassword({ secrets, logger }: Dependencies, account: MailAccountRow): string {
  try {
    return secrets.decrypt(account.passwordEncrypted, mailPasswordContext(account));
  } catch (cause) {
    logger.error(
      { organizationId: account.organizationId, mailAccountId: account.id },
      "a stored mail password does not decrypt: a key is missing in ENCRYPTION_KEYS, or it was changed",
    );
    const message = "The stored password of this mail account cannot be read any more. Link the mail account again.";
    throw new ServiceError("MAILBOX_AUTH_FAILED", { message, cause });
  }
}

/** Forgets the account's client, so that the next call reads the session anew. */
export function closeMailbox(dependencies: Dependencies, mailAccountId: string): void {
  kept.get(dependencies)?.delete(mailAccountId);
}
