import { listMailAccounts } from "@crm/services";
import type { InOrganization } from "../program/in-organization.ts";
import type { Answer } from "./answer.ts";
import { asOperator } from "./as-operator.ts";
import { table } from "./table.ts";

const HEADINGS = [
  "USERNAME",
  "ADDRESS",
  "STATUS",
  "INDEXED",
  "MIRRORED",
  "WAITING",
  "UNREADABLE",
  "LAST SYNC",
  "LAST ERROR",
];

/** `crm mail status` */
export const showMail = (options: InOrganization): Promise<Answer> =>
  asOperator(options, async ({ dependencies, operator }) => {
    const data = await listMailAccounts(dependencies, operator);
    const rows = data.map((account) => [
      account.username,
      account.address,
      account.progress ? `${account.status} ${account.progress.done}/${account.progress.total}` : account.status,
      String(account.indexed),
      String(account.mirrored),
      String(account.waiting),
      String(account.problems),
      account.lastSyncedAt ?? "never",
      account.lastError?.message ?? "",
    ]);
    return { text: table(HEADINGS, rows), data };
  });
