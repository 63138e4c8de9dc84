import {
  buildSearchDocuments,
  type Dependencies,
  purgeExpired,
  reconcileAllMailboxes,
  rotateEncryptionKeys,
  sealAllAuditLogs,
  settleOutbox,
  syncDueAccounts,
} from "@crm/services";

/** Background work: what, when (cron), and whether it is also due at the start of the process. */
export interface BackgroundTask {
  name: string;
  cron: string;
  atStart: boolean;
  run(dependencies: Dependencies, signal: AbortSignal): Promise<unknown>;
}

export const TASKS: readonly BackgroundTask[] = [
  {
    name: "seal-audit-logs",
    cron: "* * * * *",
    atStart: true,
    run: (dependencies, signal) => sealAllAuditLogs(dependencies, { signal }),
  },
  {
    name: "sync-due-accounts",
    cron: "* * * * *",
    atStart: true,
    run: (dependencies, signal) => syncDueAccounts(dependencies, { signal }),
  },
  { name: "settle-outbox", cron: "* * * * *", atStart: true, run: (dependencies) => settleOutbox(dependencies) },
  {
    name: "build-search-documents",
    cron: "* * * * *",
    atStart: true,
    run: (dependencies, signal) => buildSearchDocuments(dependencies, { signal }),
  },
  {
    // At night: it reads the headers of every mailbox.
    name: "reconcile-mailboxes",
    cron: "23 2 * * *",
    atStart: false,
    run: (dependencies, signal) => reconcileAllMailboxes(dependencies, { signal }),
  },
  {
    // A new key comes with a new process; hourly, for what processes with the old one still wrote.
    name: "rotate-encryption-keys",
    cron: "47 * * * *",
    atStart: true,
    run: (dependencies, signal) => rotateEncryptionKeys(dependencies, { signal }),
  },
  {
    name: "housekeeping",
    cron: "17 * * * *",
    atStart: false,
    run: async (dependencies, signal) => {
      const purged = await purgeExpired(dependencies, { signal });
      if (Object.keys(purged).length > 0) dependencies.logger.info({ purged }, "expired rows were deleted");
    },
  },
];
