import { connect, type JmapClient } from "@crm/jmap";
import type { Dependencies } from "../dependencies.ts";
import { type MailAccountRow, mailPasswordContext } from "./mail-account.ts";

/** Clients kept open, per process; beyond it the longest unused one goes. */
const MAX_CLIENTS = 500;

interface Kept {
  /** A change of either makes the client useless. */
  passwordEncrypted: string;
  sessionUrl: string;
  client: Promise<JmapClient>;
}

const kept = new WeakMap<Dependencies, Map<string, Kept>>();

/**
 * A client of the account's mail server. Kept between calls, because its session resource costs a round trip.
 * @throws whatever `connect` throws; a failed one is not kept.
 */
export function openMailbox(dependencies: Dependencies, account: MailAccountRow): Promise<JmapClient> {
  const clients = kept.get(dependencies) ?? new Map<string, Kept>();
  kept.set(dependencies, clients);
  const { passwordEncrypted, sessionUrl } = account;
  const known = clients.get(account.id);
  clients.delete(account.id);
  if (known?.passwordEncrypted === passwordEncrypted && known.sessionUrl === sessionUrl) {
    clients.set(account.id, known);
    return known.client;
  }
  const client = connect({
    sessionUrl,
    auth: {
      type: "basic",
      username: account.address,
      password: dependencies.secrets.decrypt(passwordEncrypted, mailPasswordContext(account)),
    },
  });
  clients.set(account.id, { passwordEncrypted, sessionUrl, client });
  client.catch(() => closeMailbox(dependencies, account.id));
  const [oldest] = clients.keys();
  if (clients.size > MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
  return client;
}

/** Forgets the account's client, so that the next call reads the session anew. */
export function closeMailbox(dependencies: Dependencies, mailAccountId: string): void {
  kept.get(dependencies)?.delete(mailAccountId);
}
