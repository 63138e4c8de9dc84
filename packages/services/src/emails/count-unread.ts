import { runPrepared } from "@crm/db";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";

interface UnreadCount {
  count: number;
  byContact: Record<string, number>;
}

/** Unread messages, each counted once, and by contact (those with none left out). */
export async function countUnread({ db }: Dependencies, { organizationId, userId }: Actor): Promise<UnreadCount> {
  const values = [organizationId, userId];
  const [counted] = await runPrepared<UnreadCount>(db, { name: "count_unread", text: COUNT, values });
  return counted ?? { count: 0, byContact: {} };
}

/** In one statement, so that both are of the same moment. $1 organization, $2 user. */
const COUNT = `
  SELECT
    (SELECT coalesce(sum(s.unread_count), 0)::int
     FROM mail_accounts a
     JOIN mail_syncs s ON s.organization_id = a.organization_id AND s.mail_account_id = a.id
     WHERE a.organization_id = $1 AND a.user_id = $2) AS count,
    (SELECT coalesce(json_object_agg(c.id, c.unread_count), '{}') FROM contacts c
     WHERE c.organization_id = $1 AND c.user_id = $2 AND c.unread_count > 0) AS "byContact"`;
