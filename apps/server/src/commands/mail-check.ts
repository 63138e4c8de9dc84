import { checkMailbox, type MailboxDifference, ServiceError } from "@crm/services";
import type { MailCheck } from "../program/mail.ts";
import { ProgressBar } from "../progress-bar.ts";
import type { Answer } from "./answer.ts";
import { type AsOperator, asOperator } from "./as-operator.ts";
import { chooseMailAccounts } from "./choose-mail-accounts.ts";

/** Differences that are shown of a mailbox; `--json` has them all. */
const SHOWN = 20;

interface Checked {
  username: string;
  address: string;
  /** `busy`: somebody else syncs it just now. `failed`: it could not be compared, for the reason in `error`. */
  status: "completed" | "busy" | "failed";
  error: string | null;
  /** Messages at the mail server. */
  checked: number;
  healed: boolean;
  differences: MailboxDifference[];
}

/** `crm mail check` */
export const checkMail = (username: string | undefined, options: MailCheck): Promise<Answer> =>
  asOperator(options, async (opened) => {
    const heal = options.heal === true;
    const data: Checked[] = [];
    for (const account of await chooseMailAccounts(opened, username)) data.push(await checkOne(opened, account, heal));
    const text = data.length > 0 ? data.map(describe).join("\n") : "Nobody has linked a mailbox.";
    const failed = data.some(({ status, differences }) => status !== "completed" || (differences.length > 0 && !heal));
    return { text, data, failed };
  });

async function checkOne(
  { dependencies, operator, find }: AsOperator,
  { username, address }: { username: string; address: string },
  heal: boolean,
): Promise<Checked> {
  const bar = new ProgressBar(process.stderr, address);
  const { id: userId } = await find(username);
  const onProgress = (done: number, total: number) => bar.show(done, total);
  const nothing = { username, address, error: null, checked: 0, healed: false, differences: [] };
  try {
    const outcome = await checkMailbox(dependencies, operator, { userId, heal, onProgress });
    if (outcome.status === "busy") return { ...nothing, status: "busy" };
    const { checked, differences } = outcome;
    return { ...nothing, status: "completed", checked, healed: heal && differences.length > 0, differences };
  } catch (error) {
    // One mailbox that cannot be read leaves the others to be checked.
    if (!(error instanceof ServiceError)) throw error;
    return { ...nothing, status: "failed", error: error.message };
  } finally {
    bar.end();
  }
}

function describe({ address, status, error, checked, healed, differences }: Checked): string {
  if (status === "failed") return `${address}: ${error}`;
  if (status === "busy") return `${address}: is being synced by another process just now; try again in a moment.`;
  if (differences.length === 0) return `${address}: as at the mail server, ${checked} messages.`;
  const lines = differences.slice(0, SHOWN).map(({ kind, id, message }) => `  ${kind}: ${id} ${message}`);
  if (differences.length > SHOWN) lines.push(`  … and ${differences.length - SHOWN} more`);
  const close = healed ? "healed" : "run it again with --heal to bring them right";
  const count = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  return [`${address}: ${count} in ${checked} messages; ${close}.`, ...lines].join("\n");
}
