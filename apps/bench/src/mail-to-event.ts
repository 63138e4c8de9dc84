import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "@crm/db";
import { startDemoMail } from "@crm/demo-mail";
import { connect as connectToMail } from "@crm/jmap";
import { createCrmClient } from "@crm/sdk";
import { median } from "./median.ts";
import { startServer } from "./start-server.ts";

const { values } = parseArgs({
  options: { messages: { type: "string", default: "20" }, patience: { type: "string", default: "90" } },
});
const MESSAGES = Number(values.messages);
/** Milliseconds that a message is waited for: longer than the polling interval. */
const PATIENCE = Number(values.patience) * 1_000;
/** What is let pass, in milliseconds. */
const LIMIT = 1_000;
/** Milliseconds between two messages, so that each is news of its own. */
const PAUSE = 1_500;
const ADDRESS = "bench@crm.test";
const FRIEND = { name: "Friend", email: "friend@example.test" };
const TEMPORARY = "Temporary-Pass-1";
const PASSWORD = "Correct-Horse-7";

const folder = await mkdtemp(join(tmpdir(), "crm-bench-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "database") });
const mail = await startDemoMail({ accounts: [{ username: ADDRESS, password: "secret" }], seed: "empty" });
const stopping = new AbortController();
try {
  const server = await startServer({
    DATABASE_URL: postgres.url,
    DATA_DIR: join(folder, "server"),
    JMAP_SESSION_URL: mail.sessionUrl,
    ADMIN_TEMP_PASSWORD: TEMPORARY,
  });
  try {
    const arrivals = {
      "push of the mail server": await pushOfMailServer(),
      "event of the CRM": await eventOfCrm(server.url),
    };
    const times = Object.fromEntries(Object.keys(arrivals).map((side) => [side, [] as number[]]));
    for (let number = 0; number <= MESSAGES; number++) {
      await wait(PAUSE);
      const begun = performance.now();
      const coming = Object.entries(arrivals).map(async ([side, next]) => {
        await Promise.race([next(`Message ${number}`), late()]);
        // The first one warms up.
        if (number > 0) times[side]?.push(performance.now() - begun);
      });
      await mail.deliver(ADDRESS, { from: FRIEND, subject: `Message ${number}`, text: "Hello" });
      await Promise.all(coming);
    }
    for (const [side, own] of Object.entries(times)) {
      const most = Math.max(...own)
        .toFixed(0)
        .padStart(7);
      console.log(`${side.padEnd(26)}${median(own).toFixed(0).padStart(7)} ms   ${most} ms at the most`);
      if (Math.max(...own) > LIMIT) process.exitCode = 1;
    }
  } finally {
    stopping.abort();
    await server.stop();
  }
} finally {
  await mail.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Gives the promise of something that is named, to be waited for before it happens. */
function arrivals() {
  const waiting = new Map<string, () => void>();
  return {
    next: (name: string) => new Promise<void>((resolve) => waiting.set(name, resolve)),
    come: (name: string) => waiting.get(name)?.(),
    comeAny: () => {
      for (const resolve of waiting.values()) resolve();
      waiting.clear();
    },
  };
}

async function late(): Promise<never> {
  await wait(PATIENCE, undefined, { ref: false });
  throw new Error(`a message did not come within ${values.patience} seconds`);
}

/** The bare limit: what whoever listens at the mail server itself is told, which is that something has changed. */
async function pushOfMailServer() {
  const { next, comeAny } = arrivals();
  const client = await connectToMail({
    sessionUrl: mail.sessionUrl,
    auth: { type: "basic", username: ADDRESS, password: "secret" },
  });
  await new Promise<void>((onOpen) => {
    void client.subscribe({ types: ["Email"], signal: stopping.signal, onState: comeAny, onOpen });
  });
  return next;
}

/** What a client of the CRM is told, with the message in it. */
async function eventOfCrm(baseUrl: string) {
  const { next, come } = arrivals();
  const crm = createCrmClient({ baseUrl });
  await crm.auth.login({ username: "admin", password: TEMPORARY });
  await crm.auth.setPassword({ newPassword: PASSWORD, confirmPassword: PASSWORD });
  await crm.auth.linkEmail({ email: ADDRESS, emailPassword: "secret" });
  await crm.contacts.add({ email: FRIEND.email });
  crm.events.subscribe({
    types: ["email.received"],
    onEvent: ({ data }) => come(data.subject),
    onError: (error) => console.error(error.message),
    signal: stopping.signal,
  });
  return next;
}
