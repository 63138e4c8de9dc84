import type { Command } from "commander";
import { examples } from "./examples.ts";
import { type InOrganization, inOrganization } from "./in-organization.ts";
import { printAnswer } from "./print-answer.ts";

export interface NewUser extends InOrganization {
  role?: string;
  firstName?: string;
  lastName?: string;
  email?: string;
}

const load = () => import("../commands/user.ts");

/** `crm user …` */
export function addUserCommands(crm: Command): void {
  const people = crm.command("user").description("people of an organization, also where no admin can sign in");

  examples(
    inOrganization(people, "list").description("everybody"),
    ["crm user list"],
    ["crm user list --organization acme --json"],
  ).action((options: InOrganization) => printAnswer(options, async () => (await load()).showUsers(options)));

  examples(
    inOrganization(people, "create")
      .argument("<username>")
      .option("--role <role>", "admin or member", "member")
      .option("--first-name <name>")
      .option("--last-name <name>")
      .option("--email <address>")
      .description("make a user, and show the temporary password"),
    ["crm user create peter.novak --first-name Peter --last-name Novák"],
    ["crm user create chief --role admin --organization acme"],
  ).action((username: string, options: NewUser) =>
    printAnswer(options, async () => (await load()).addUser(username, options)),
  );

  examples(
    inOrganization(people, "role")
      .argument("<username>")
      .argument("<role>", "admin or member")
      .description("make somebody an admin, or no longer one"),
    ["crm user role peter.novak admin"],
  ).action((username: string, role: string, options: InOrganization) =>
    printAnswer(options, async () => (await load()).setRole(username, role, options)),
  );

  examples(
    inOrganization(people, "reset-password")
      .argument("<username>")
      .description("end the user's sessions, and show a temporary password"),
    ["crm user reset-password admin", "the way back in for an admin who is locked out"],
  ).action((username: string, options: InOrganization) =>
    printAnswer(options, async () => (await load()).giveTemporaryPassword(username, options)),
  );

  examples(
    inOrganization(people, "delete")
      .argument("<username>")
      .option("--yes", "contacts and mail go along")
      .description("remove a user; the audit log stays"),
    ["crm user delete peter.novak --yes"],
  ).action((username: string, options: InOrganization & { yes?: boolean }) =>
    printAnswer(options, async () => (await load()).removeUser(username, options)),
  );
}
