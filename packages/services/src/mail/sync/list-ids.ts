import { type JmapClient, JmapMethodError, JmapProtocolError, queryEmails } from "@crm/jmap";

const IDS_PER_PAGE = 5_000;
/** How often a listing is begun again whose anchor was deleted meanwhile. */
const MAX_LISTINGS = 10;

/** The ids of all messages, newest first. Pages hang on the last id before them, so deletions shift nothing. */
export async function listIds(client: JmapClient, signal: AbortSignal): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listOnce(client, signal);
    } catch (error) {
      const deleted = error instanceof JmapMethodError && error.type === "anchorNotFound";
      if (!deleted || attempt === MAX_LISTINGS) throw error;
    }
  }
}

async function listOnce(client: JmapClient, signal: AbortSignal): Promise<string[]> {
  const ids = new Set<string>();
  let anchor: string | undefined;
  for (;;) {
    const { ids: page } = await queryEmails(
      client,
      {
        sort: [{ property: "receivedAt", isAscending: false }],
        limit: IDS_PER_PAGE,
        ...(anchor === undefined ? { position: 0 } : { anchor, anchorOffset: 1 }),
      },
      { signal },
    );
    const before = ids.size;
    for (const id of page) ids.add(id);
    anchor = page.at(-1);
    if (anchor === undefined) return [...ids];
    if (ids.size === before) throw new JmapProtocolError("Email/query gives the same page again and again");
  }
}
