import { ENVELOPE_PROPERTIES, MESSAGE_ARGUMENTS } from "@crm/services/testing";
import { readBatches } from "./read-batches.ts";
import { answerRuns } from "./runs.ts";

const WANTED = process.env.BENCH_READ === "envelopes" ? { properties: [...ENVELOPE_PROPERTIES] } : MESSAGE_ARGUMENTS;
const WIDTH = Number(process.env.BENCH_CALLS_AT_A_TIME);

await answerRuns((mailbox) => readBatches(mailbox, WANTED, WIDTH));
