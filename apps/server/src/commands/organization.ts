import { createOrganizationInput } from "@crm/schemas";
import { createOrganization, listOrganizations } from "@crm/services";
import type { Answer } from "./answer.ts";
import { checkArguments } from "./arguments.ts";
import { table } from "./table.ts";
import { temporary } from "./temporary.ts";
import { withServices } from "./with-services.ts";

/** `crm org create`: a tenant with its first admin, whose temporary password is shown this once. */
export async function addOrganization(slug: string, options: { name: string; admin: string }): Promise<Answer> {
  const input = checkArguments(createOrganizationInput, { slug, name: options.name, admin: options.admin });
  return withServices(async ({ dependencies }) => {
    const made = await createOrganization(dependencies, input);
    const { username, temporaryPassword } = made.admin;
    const text = `Organization ${slug} (${made.name}).\nAdmin ${username}, ${temporary(temporaryPassword)}.`;
    return { text, data: made };
  });
}

/** `crm org list` */
export const showOrganizations = (): Promise<Answer> =>
  withServices(async ({ dependencies }) => {
    const data = await listOrganizations(dependencies);
    const rows = data.map(({ slug, name, users, createdAt }) => [slug, name, String(users), createdAt]);
    return { text: table(["SLUG", "NAME", "USERS", "CREATED"], rows), data };
  });
