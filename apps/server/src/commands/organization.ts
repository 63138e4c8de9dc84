import { createOrganizationInput } from "@crm/schemas";
import { createOrganization, listOrganizations } from "@crm/services";
import { checkArguments } from "./arguments.ts";
import { table } from "./table.ts";
import { withServices } from "./with-services.ts";

/** `crm org create`: a tenant with its first admin, whose temporary password is shown this once. */
export async function addOrganization(slug: string, options: { name: string; admin: string }): Promise<void> {
  const input = checkArguments(createOrganizationInput, { slug, ...options });
  await withServices(async ({ dependencies, show }) => {
    const { name, admin } = await createOrganization(dependencies, input);
    show(`Organization ${slug} (${name}).`);
    show(
      `Admin ${admin.username}, temporary password ${admin.temporaryPassword} (shown this once, good for 72 hours).`,
    );
  });
}

/** `crm org list` */
export const showOrganizations = (): Promise<void> =>
  withServices(async ({ dependencies, show }) => {
    const rows = (await listOrganizations(dependencies)).map(({ slug, name, users, createdAt }) => [
      slug,
      name,
      String(users),
      createdAt,
    ]);
    show(table(["SLUG", "NAME", "USERS", "CREATED"], rows));
  });
