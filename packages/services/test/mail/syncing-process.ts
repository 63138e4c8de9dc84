import { connect } from "@crm/db";
import { addContact, createDependencies, type Logger, removeContact, syncDueAccounts, syncNow } from "@crm/services";
import { findOwnMailAccount, mirrorOf } from "../../src/mail/mail-account.ts";
import { SyncsOnRequest } from "../../src/mail/push/syncs-on-request.ts";
import type { Order, Settings, Task } from "./start-syncing-process.ts";

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: console.warn, error: console.error };

process.once("message", ({ databaseUrl, sessionUrl, keys, actor }: Settings) => {
  const { db } = connect({ url: databaseUrl });
  const dependencies = createDependencies({ db, logger, ...keys, mailServers: { sessionUrl } });
  const perform = async (task: Task) => {
    if (task.do === "add") return addContact(dependencies, actor, { email: task.email });
    if (task.do === "remove") return removeContact(dependencies, actor, { id: task.id });
    if (task.do === "schedule") return syncDueAccounts(dependencies);
    if (task.do === "push") return push();
    return syncNow(dependencies, actor);
  };
  /** What a push does; it answers nobody. */
  const push = async () => {
    const account = await findOwnMailAccount(db, actor);
    if (account) new SyncsOnRequest(dependencies, mirrorOf(account), dependencies.background.signal).request();
  };
  process.on("message", ({ id, task }: Order) => {
    perform(task).then(
      (answer) => process.send?.({ id, answer }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    );
  });
  process.send?.({ id: 0, answer: "ready" });
});
process.once("disconnect", () => process.exit());
