import { setTimeout as wait } from "node:timers/promises";
import { connect, mailboxMessages } from "@crm/db";
import { getSyncStatus, linkEmail } from "@crm/services";
import { eq } from "drizzle-orm";
import { benchDependencies } from "../bench-dependencies.ts";
import { createActor } from "./create-actor.ts";
import { answerRuns, type Mailbox } from "./runs.ts";

const PATIENCE = 300_000;

const { db } = connect({ url: process.env.BENCH_DATABASE_URL ?? "" });

/** From the link of a mailbox on, in which nobody is a contact, until all of it is in the index and counted. */
await answerRuns(async ({ sessionUrl, username, password }: Mailbox) => {
  const dependencies = benchDependencies(db, sessionUrl);
  const actor = await createActor(db);
  const begun = performance.now();
  await linkEmail(dependencies, actor, { email: username, emailPassword: password });
  for (;;) {
    const { status, lastError } = await getSyncStatus(dependencies, actor);
    if (status === "idle") break;
    if (lastError) throw new Error(lastError.message);
    if (performance.now() - begun > PATIENCE) throw new Error(`the index is not complete after ${PATIENCE} ms`);
    await wait(25);
  }
  const milliseconds = performance.now() - begun;
  return {
    messages: await db.$count(mailboxMessages, eq(mailboxMessages.organizationId, actor.organizationId)),
    milliseconds,
  };
});
