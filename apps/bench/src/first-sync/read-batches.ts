import { connect, type GetEmailsArgs, getEmails, type JmapClient, queryEmails } from "@crm/jmap";
import type { Mailbox } from "./runs.ts";

const IDS_PER_PAGE = 5_000;
const MESSAGES_PER_CALL = 500;

/** Reads something of every message, 500 a call and `width` calls at a time, and keeps nothing. */
export async function readBatches(
  { sessionUrl, ...account }: Mailbox,
  wanted: Omit<GetEmailsArgs, "ids">,
  width: number,
) {
  const client = await connect({ sessionUrl, auth: { type: "basic", ...account } });
  const begun = performance.now();
  const ids = await listIds(client);
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += MESSAGES_PER_CALL) {
    batches.push(ids.slice(start, start + MESSAGES_PER_CALL));
  }
  let messages = 0;
  const readOn = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const { list } = await getEmails(client, { ids: batch, ...wanted });
      messages += list.length;
    }
  };
  await Promise.all(Array.from({ length: width }, readOn));
  return { messages, milliseconds: performance.now() - begun };
}

async function listIds(client: JmapClient): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const anchor = all.at(-1);
    const page = anchor === undefined ? { position: 0 } : { anchor, anchorOffset: 1 };
    const sort = [{ property: "receivedAt", isAscending: false }];
    const { ids } = await queryEmails(client, { sort, limit: IDS_PER_PAGE, ...page });
    if (ids.length === 0) return all;
    all.push(...ids);
  }
}
