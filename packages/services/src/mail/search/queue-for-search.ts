import { emailSearchQueue, type Transaction } from "@crm/db";
import { sql } from "drizzle-orm";

/** The channel on which workers hear that there are search documents to build. */
export const SEARCH_CHANNEL = "crm_search";

/** Has the search documents of new messages built, and wakes the workers with the transaction's commit. */
export async function queueForSearch(
  tx: Transaction,
  { organizationId }: { organizationId: string },
  emailIds: string[],
): Promise<void> {
  await tx.insert(emailSearchQueue).values({ organizationId, emailIds });
  await tx.execute(sql`SELECT pg_notify(${SEARCH_CHANNEL}, '')`);
}
