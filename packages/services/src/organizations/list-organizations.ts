import { organizations, users } from "@crm/db";
import { asc, eq, sql } from "drizzle-orm";
import type { Dependencies } from "../dependencies.ts";

export interface ListedOrganization {
  slug: string;
  name: string;
  users: number;
  createdAt: string;
}

/** All organizations by short name. For whoever runs the installation: no request of a user leads here. */
export const listOrganizations = ({ db }: Pick<Dependencies, "db">): Promise<ListedOrganization[]> =>
  db
    .select({
      slug: organizations.slug,
      name: organizations.name,
      users: sql<number>`count(${users.id})::int`,
      createdAt: organizations.createdAt,
    })
    .from(organizations)
    .leftJoin(users, eq(users.organizationId, organizations.id))
    .groupBy(organizations.id)
    .orderBy(asc(organizations.slug));
