import { getMailboxes, type JmapClient } from "@crm/jmap";

/** Mail that is in one of these alone is neither counted nor mirrored. */
const EXCLUDED_ROLES: ReadonlySet<string> = new Set(["trash", "junk", "drafts"]);

/** Which of the server's mailboxes do not count. */
export interface Scope {
  excludedMailboxIds: readonly string[];
  includes(mailboxIds: Record<string, boolean>): boolean;
}

export async function readScope(client: JmapClient, signal: AbortSignal): Promise<Scope> {
  const { list } = await getMailboxes(client, {}, { signal });
  const excluded = new Set(list.filter(({ role }) => role && EXCLUDED_ROLES.has(role)).map(({ id }) => id));
  return {
    excludedMailboxIds: [...excluded],
    includes: (mailboxIds) => Object.keys(mailboxIds).some((id) => !excluded.has(id)),
  };
}
