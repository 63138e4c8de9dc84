import { connect, getEmails, queryEmails } from "@crm/jmap";
import { MESSAGE_ARGUMENTS } from "@crm/services/testing";
import { answerRuns, type Mailbox } from "./runs.ts";

const MESSAGES_PER_CALL = 500;
const REQUESTS_AT_A_TIME = 4;

/** Reads every message with its bodies, 500 a call and four calls at a time, and keeps nothing: the bare limit. */
await answerRuns(async ({ sessionUrl, ...account }: Mailbox) => {
  const client = await connect({ sessionUrl, auth: { type: "basic", ...account } });
  const begun = performance.now();
  const { ids } = await queryEmails(client, { limit: 100_000 });
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += MESSAGES_PER_CALL) {
    batches.push(ids.slice(start, start + MESSAGES_PER_CALL));
  }
  let messages = 0;
  const readOn = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const { list } = await getEmails(client, { ids: batch, ...MESSAGE_ARGUMENTS });
      messages += list.length;
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, readOn));
  return { messages, milliseconds: performance.now() - begun };
});
