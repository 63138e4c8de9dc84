-- A contact as the API shows it. Only STABLE where it looks at settings: to_char does not with these patterns, nor
-- does row_to_json with these types, so the text may be stored.
CREATE FUNCTION crm_contact_json(
  id uuid, email text, name text, notes text, tags text[], email_count integer, unread_count integer,
  last_email_at timestamptz, added_at timestamptz, created_at timestamptz, updated_at timestamptz
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT row_to_json(contact)::text FROM (SELECT
    id, email, name, notes, tags, email_count AS "emailCount", unread_count AS "unreadCount",
    to_char(last_email_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "lastEmailDate",
    to_char(added_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "addedAt",
    to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt",
    to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt"
  ) contact $$;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "shown" text GENERATED ALWAYS AS (crm_contact_json("id", "email", "name", "notes", "tags", "email_count", "unread_count", "last_email_at", "added_at", "created_at", "updated_at")) STORED NOT NULL;
