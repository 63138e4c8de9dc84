import type { Mailbox } from "@crm/jmap";

/** Mail that is in one of these alone is neither counted nor mirrored. */
const EXCLUDED_ROLES: ReadonlySet<string> = new Set(["trash", "junk", "drafts"]);

/** Which of the server's mailboxes count. */
export interface Scope {
  includes(mailboxIds: Record<string, boolean>): boolean;
  /** Changes when other mailboxes count, which makes an index useless that was built before. */
  fingerprint: string;
}

export function toScope(mailboxes: readonly Pick<Mailbox, "id" | "role">[]): Scope {
  const excluded = new Set(mailboxes.filter(({ role }) => role && EXCLUDED_ROLES.has(role)).map(({ id }) => id));
  return {
    includes: (mailboxIds) => Object.keys(mailboxIds).some((id) => !excluded.has(id)),
    fingerprint: [...excluded].sort().join(" "),
  };
}
