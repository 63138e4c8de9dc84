import { setTimeout as wait } from "node:timers/promises";
import { connect, emails } from "@crm/db";
import { getSyncStatus, importContacts, linkEmail, syncNow } from "@crm/services";
import { eq } from "drizzle-orm";
import { benchDependencies } from "../bench-dependencies.ts";
import { createActor } from "./create-actor.ts";
import { answerRuns, type Mailbox } from "./runs.ts";

const { db } = connect({ url: process.env.BENCH_DATABASE_URL ?? "" });
const contacts: string[] = JSON.parse(process.env.BENCH_CONTACTS ?? "[]");

/** From the link of a mailbox on until all mail of all contacts is stored; then a sync with nothing new. */
await answerRuns(async ({ sessionUrl, username, password }: Mailbox) => {
  const dependencies = benchDependencies(db, sessionUrl);
  const actor = await createActor(db);
  const begun = performance.now();
  await importContacts(dependencies, actor, {
    file: `email\n${contacts.join("\n")}\n`,
    type: "text/csv",
    dryRun: false,
  });
  await linkEmail(dependencies, actor, { email: username, emailPassword: password });
  while ((await getSyncStatus(dependencies, actor)).status !== "idle") await wait(25);
  const milliseconds = performance.now() - begun;
  const messages = await db.$count(emails, eq(emails.organizationId, actor.organizationId));
  const again = performance.now();
  await syncNow(dependencies, actor);
  return { messages, milliseconds, nothingNew: performance.now() - again };
});
