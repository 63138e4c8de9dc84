import { getEmails, getMailboxes, type JmapClient, JmapMethodError, queryEmails } from "@crm/jmap";

/** Newest messages looked through where the server cannot search by header. */
const RECENT = 100;

/** What became of a message that was handed to the server: it is a draft still, or somewhere else. */
export interface Submitted {
  jmapId: string;
  isDraft: boolean;
}

/** Looks a message of ours up by its Message-ID, or null when the server has none such. */
export async function findSubmitted(client: JmapClient, messageId: string): Promise<Submitted | null> {
  const candidates = [...(await byHeader(client, messageId)), ...(await recent(client))];
  if (candidates.length === 0) return null;
  const { list } = await getEmails(client, {
    ids: [...new Set(candidates)],
    properties: ["id", "messageId", "keywords"],
  });
  const found = list.find((email) => email.messageId?.includes(messageId));
  return found ? { jmapId: found.id, isDraft: found.keywords?.$draft === true } : null;
}

async function byHeader(client: JmapClient, messageId: string): Promise<readonly string[]> {
  try {
    const { ids } = await queryEmails(client, { filter: { header: ["Message-ID", messageId] }, limit: 10 });
    return ids;
  } catch (error) {
    // Servers need not support every filter.
    if (error instanceof JmapMethodError) return [];
    throw error;
  }
}

async function recent(client: JmapClient): Promise<readonly string[]> {
  const { list } = await getMailboxes(client);
  const boxes = list.filter(({ role }) => role === "sent" || role === "drafts");
  const pages = await Promise.all(
    boxes.map(({ id }) =>
      queryEmails(client, {
        filter: { inMailbox: id },
        sort: [{ property: "receivedAt", isAscending: false }],
        limit: RECENT,
      }),
    ),
  );
  return pages.flatMap(({ ids }) => ids);
}
