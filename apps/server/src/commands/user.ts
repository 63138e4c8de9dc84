import { changeRoleInput, createUserInput, organizationSlug } from "@crm/schemas";
import {
  type Administrator,
  actAsOperator,
  changeRole,
  createUser,
  type Dependencies,
  deleteUser,
  findUser,
  listUsers,
  resetUserPassword,
} from "@crm/services";
import { StartError } from "../start-error.ts";
import { checkArguments } from "./arguments.ts";
import { table } from "./table.ts";
import { withServices } from "./with-services.ts";

/** Which tenant's people a command is about. */
export interface InOrganization {
  organization: string;
}

interface Opened {
  dependencies: Dependencies;
  operator: Administrator;
  show: (text: string) => void;
}

async function asOperator(options: InOrganization, run: (opened: Opened) => Promise<void>): Promise<void> {
  const organization = checkArguments(organizationSlug, options.organization);
  await withServices(async ({ dependencies, show }) => {
    await run({ dependencies, show, operator: await actAsOperator(dependencies, { organization }) });
  });
}

const PAGE = 100;

/** `crm user list` */
export const showUsers = (options: InOrganization): Promise<void> =>
  asOperator(options, async ({ dependencies, operator, show }) => {
    const rows: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await listUsers(dependencies, operator, { limit: PAGE, cursor });
      rows.push(
        ...page.items.map(({ username, role, email, lastLogin }) => [
          username,
          role,
          email ?? "",
          lastLogin ?? "never",
        ]),
      );
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    show(table(["USERNAME", "ROLE", "EMAIL", "LAST LOGIN"], rows));
  });

interface NewUser extends InOrganization {
  role?: string;
  firstName?: string;
  lastName?: string;
  email?: string;
}

/** `crm user create`: shows the temporary password this once. */
export async function addUser(username: string, { organization, ...fields }: NewUser): Promise<void> {
  const input = checkArguments(createUserInput, { username, ...fields });
  await asOperator({ organization }, async ({ dependencies, operator, show }) => {
    const { user } = await createUser(dependencies, operator, input);
    show(`${user.role === "admin" ? "Admin" : "Member"} ${user.username}, ${temporary(user.tempPassword)}.`);
  });
}

/** `crm user role` */
export async function setRole(username: string, role: string, options: InOrganization): Promise<void> {
  const checked = checkArguments(changeRoleInput.pick({ role: true }), { role });
  await asOperator(options, async ({ dependencies, operator, show }) => {
    const { id: userId } = await findUser(dependencies, operator, { username });
    const user = await changeRole(dependencies, operator, { userId, role: checked.role });
    show(`${user.username} is ${user.role === "admin" ? "an admin" : "a member"}.`);
  });
}

/** `crm user reset-password`: the way back in for an admin who is locked out. */
export const giveTemporaryPassword = (username: string, options: InOrganization): Promise<void> =>
  asOperator(options, async ({ dependencies, operator, show }) => {
    const { id: userId } = await findUser(dependencies, operator, { username });
    const { user, tempPassword } = await resetUserPassword(dependencies, operator, { userId });
    show(`${user.username}, ${temporary(tempPassword)}. All sessions have ended.`);
  });

/** `crm user delete`; only with `--yes`, for nothing brings the contacts back. */
export async function removeUser(username: string, { yes, ...options }: InOrganization & { yes?: boolean }) {
  if (!yes) throw new StartError(`This takes the contacts and mail of ${username} along; say --yes if you mean it.`);
  await asOperator(options, async ({ dependencies, operator, show }) => {
    const user = await findUser(dependencies, operator, { username });
    await deleteUser(dependencies, operator, { userId: user.id });
    show(`${user.username} is deleted.`);
  });
}

const temporary = (password: string) => `temporary password ${password} (shown this once, good for 72 hours)`;
