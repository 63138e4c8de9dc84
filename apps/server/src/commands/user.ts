import { changeRoleInput, createUserInput, type User } from "@crm/schemas";
import type { InOrganization } from "../program/in-organization.ts";
import type { NewUser } from "../program/user.ts";
import { UsageError } from "../usage-error.ts";
import type { Answer } from "./answer.ts";
import { checkArguments } from "./arguments.ts";
import { asOperator } from "./as-operator.ts";
import { table } from "./table.ts";
import { temporary } from "./temporary.ts";

const PAGE = 100;

/** `crm user list` */
export const showUsers = (options: InOrganization): Promise<Answer> =>
  asOperator(options, async ({ api }) => {
    const data: User[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.admin.users.list({ limit: PAGE, cursor });
      data.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const rows = data.map(({ username, role, email, lastLogin }) => [
      username,
      role,
      email ?? "",
      lastLogin ?? "never",
    ]);
    return { text: table(["USERNAME", "ROLE", "EMAIL", "LAST LOGIN"], rows), data };
  });

/** `crm user create`: shows the temporary password this once. */
export async function addUser(username: string, { organization, json: _, ...fields }: NewUser): Promise<Answer> {
  const input = checkArguments(createUserInput, { username, ...fields });
  return asOperator({ organization }, async ({ api }) => {
    const { user } = await api.admin.users.create(input);
    const text = `${user.role === "admin" ? "Admin" : "Member"} ${user.username}, ${temporary(user.tempPassword)}.`;
    return { text, data: user };
  });
}

/** `crm user role` */
export async function setRole(username: string, typed: string, options: InOrganization): Promise<Answer> {
  const { role } = checkArguments(changeRoleInput.pick({ role: true }), { role: typed });
  return asOperator(options, async ({ api, find }) => {
    const { id: userId } = await find(username);
    const user = await api.admin.users.changeRole({ userId, role });
    return { text: `${user.username} is ${user.role === "admin" ? "an admin" : "a member"}.`, data: user };
  });
}

/** `crm user reset-password`: the way back in for an admin who is locked out. */
export const giveTemporaryPassword = (username: string, options: InOrganization): Promise<Answer> =>
  asOperator(options, async ({ api, find }) => {
    const { id: userId } = await find(username);
    const data = await api.admin.users.resetPassword({ userId });
    return { text: `${data.user.username}, ${temporary(data.tempPassword)}. All sessions have ended.`, data };
  });

/** `crm user delete`; only with `--yes`, for nothing brings the contacts back. */
export async function removeUser(
  username: string,
  { yes, ...options }: InOrganization & { yes?: boolean },
): Promise<Answer> {
  if (!yes) throw new UsageError(`This takes the contacts and mail of ${username} along; say --yes if you mean it.`);
  return asOperator(options, async ({ api, find }) => {
    const user = await find(username);
    const data = await api.admin.users.delete({ userId: user.id });
    return { text: `${user.username} is deleted.`, data };
  });
}
