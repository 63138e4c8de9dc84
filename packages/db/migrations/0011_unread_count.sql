ALTER TABLE "mail_syncs" ADD COLUMN "unread_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "mail_syncs" SET "unread_count" = "counted"."unread"
FROM (SELECT "organization_id", "mail_account_id", count(*) AS "unread"
      FROM "emails" WHERE NOT "is_read" GROUP BY "organization_id", "mail_account_id") "counted"
WHERE "mail_syncs"."organization_id" = "counted"."organization_id"
  AND "mail_syncs"."mail_account_id" = "counted"."mail_account_id";
