import pg from "pg";
import { POOL_SIZE, peerSettings, serveAsPeer } from "./peer.ts";

// The least that answers the list: no sign-in, no log, no limit, no framework; PostgreSQL writes the JSON. Whose list it
// is, the query says.

const { databaseUrl } = peerSettings();
const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE });

const text = `SELECT coalesce(json_agg(page), '[]')::text AS page FROM (
  SELECT id, email, name, notes, tags, email_count AS "emailCount", unread_count AS "unreadCount",
    last_email_at AS "lastEmailDate", added_at AS "addedAt", created_at AS "createdAt", updated_at AS "updatedAt"
  FROM contacts WHERE organization_id = $1 AND user_id = $2
  ORDER BY added_at DESC, id DESC LIMIT 50
) page`;

serveAsPeer(async (request, response) => {
  const url = request.url ?? "";
  const [organizationId, userId] = url.slice(url.indexOf("?") + 1).split("/");
  const { rows } = await pool.query({ name: "list", text, values: [organizationId, userId] });
  const body = `{"success":true,"data":${rows[0].page}}`;
  response.setHeader("content-type", "application/json");
  response.end(body);
});
