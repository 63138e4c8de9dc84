import type { Command } from "commander";
import { examples } from "./examples.ts";
import { type InOrganization, inOrganization } from "./in-organization.ts";
import { printAnswer } from "./print-answer.ts";

export interface MailCheck extends InOrganization {
  heal?: boolean;
}

/** `crm mail …` */
export function addMailCommands(crm: Command): void {
  const mail = crm.command("mail").description("the mirrors of people's mailboxes");

  examples(
    inOrganization(mail, "sync")
      .argument("[username]", "whose mailbox; everybody's without it")
      .description("bring in what is new, and wait for the end of it"),
    ["crm mail sync peter.novak"],
    ["crm mail sync --organization acme"],
  ).action((username: string | undefined, options: InOrganization) =>
    printAnswer(options, async () => (await import("../commands/mail-sync.ts")).syncMail(username, options)),
  );

  examples(
    inOrganization(mail, "check")
      .argument("[username]", "whose mailbox; everybody's without it")
      .option("--heal", "bring right what differs")
      .description("compare mirrors with the mail server; exit code 1 if one differs"),
    ["crm mail check peter.novak"],
    ["crm mail check --heal", "what the worker does every night"],
  ).action((username: string | undefined, options: MailCheck) =>
    printAnswer(options, async () => (await import("../commands/mail-check.ts")).checkMail(username, options)),
  );

  examples(
    inOrganization(mail, "status").description("how far each mirror is, and what its last sync said"),
    ["crm mail status"],
    ["crm mail status --json | jq '.[] | select(.status == \"error\")'"],
  ).action((options: InOrganization) =>
    printAnswer(options, async () => (await import("../commands/mail-status.ts")).showMail(options)),
  );
}
