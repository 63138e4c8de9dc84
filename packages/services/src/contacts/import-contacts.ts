import type { Actor } from "../actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { findOwnMailAccount } from "../mail/mail-account.ts";
import { startSync } from "../mail/sync/start-sync.ts";
import { type CheckedRow, checkRow } from "./transfer/check-row.ts";
import type { ImportedContacts } from "./transfer/contact-file.ts";
import { ImportReport } from "./transfer/import-report.ts";
import { importRows } from "./transfer/import-rows.ts";
import { readCsv } from "./transfer/read-csv.ts";
import { readVcards } from "./transfer/read-vcards.ts";

export interface ImportContactsInput {
  /** The text of the file. */
  file: string;
  type: "text/csv" | "text/vcard";
  /** Says what would be done, and does nothing. */
  dryRun: boolean;
}

/** Rows a transaction. What is committed stays when the rest fails: the same file again finds it unchanged. */
const BATCH = 500;

const READERS = { "text/csv": readCsv, "text/vcard": readVcards } as const;

/**
 * Adds the contacts of a file and updates those that are there by what it says of them; what it leaves empty stays. A
 * row that cannot be taken is told of and stops no other.
 * @throws ServiceError VALIDATION_ERROR for a file that is none of its type
 */
export async function importContacts(
  dependencies: Dependencies,
  actor: Actor,
  { file, type, dryRun }: ImportContactsInput,
): Promise<ImportedContacts> {
  const report = new ImportReport();
  let batch: CheckedRow[] = [];
  const flush = async () => {
    await importRows(dependencies, actor, batch, { dryRun, report });
    batch = [];
  };
  for await (const rows of READERS[type](file)) {
    for (const read of rows) {
      if ("message" in read) report.fail(read);
      else {
        const { row, errors } = checkRow(read);
        for (const error of errors) report.fail(error);
        if (row) batch.push(row);
      }
      if (batch.length === BATCH) await flush();
    }
  }
  await flush();
  const result = report.result();
  if (!dryRun) await finish(dependencies, actor, type, result);
  return result;
}

async function finish(
  dependencies: Dependencies,
  actor: Actor,
  type: string,
  { created, updated, unchanged, errors }: ImportedContacts,
): Promise<void> {
  const { organizationId, userId, username } = actor;
  await recordAudit(dependencies.db, actor, {
    organizationId,
    userId,
    username,
    action: "contact.import",
    resource: "contact",
    newValue: { type, created, updated, unchanged, errors: errors.length },
  });
  if (created === 0) return;
  const account = await findOwnMailAccount(dependencies.db, actor);
  if (account) startSync(dependencies, account);
}
