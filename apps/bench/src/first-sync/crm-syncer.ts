import { setTimeout as wait } from "node:timers/promises";
import { connect } from "@crm/db";
import { addContact, getContact, linkEmail, syncNow } from "@crm/services";
import { benchDependencies } from "../bench-dependencies.ts";
import { createActor } from "./create-actor.ts";
import { answerRuns, type Mailbox } from "./runs.ts";

const CONTACT = "vip@zakaznik.test";

const { db } = connect({ url: process.env.BENCH_DATABASE_URL ?? "" });
/** What the rate is of: the bodies of a contact whose mailbox is indexed, or everything from the link on. */
const fromNothing = process.env.BENCH_FROM === "nothing";

await answerRuns(async ({ sessionUrl, username, password }: Mailbox) => {
  const dependencies = benchDependencies(db, sessionUrl);
  const actor = await createActor(db);
  const link = () => linkEmail(dependencies, actor, { email: username, emailPassword: password });
  const add = () => addContact(dependencies, actor, { email: CONTACT });
  if (!fromNothing) {
    await link();
    while ((await syncNow(dependencies, actor)).status !== "completed");
  }
  const begun = performance.now();
  const { contact } = await add();
  if (fromNothing) await link();
  const expected = Number(process.env.BENCH_MESSAGES);
  for (const deadline = Date.now() + 120_000; ; await wait(25)) {
    const messages = (await getContact(dependencies, actor, contact)).emailCount;
    if (messages >= expected) return { messages, milliseconds: performance.now() - begun };
    if (Date.now() > deadline) throw new Error(`only ${messages} messages came in`);
  }
});
