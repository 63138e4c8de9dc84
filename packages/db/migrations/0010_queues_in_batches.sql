DROP INDEX "email_contacts_email_idx";--> statement-breakpoint
ALTER TABLE "email_contacts" DROP CONSTRAINT "email_contacts_organization_id_contact_id_email_id_pk";--> statement-breakpoint
ALTER TABLE "email_contacts" ADD CONSTRAINT "email_contacts_organization_id_email_id_contact_id_pk" PRIMARY KEY("organization_id","email_id","contact_id");--> statement-breakpoint
ALTER TABLE "email_search_queue" DROP CONSTRAINT "email_search_queue_email_fk";--> statement-breakpoint
ALTER TABLE "email_search_queue" DROP CONSTRAINT "email_search_queue_organization_id_email_id_pk";--> statement-breakpoint
DROP INDEX "email_search_queue_newest_idx";--> statement-breakpoint
ALTER TABLE "email_search_queue" ALTER COLUMN "email_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "email_search_queue" ADD COLUMN "id" uuid;--> statement-breakpoint
ALTER TABLE "email_search_queue" ADD COLUMN "email_ids" uuid[];--> statement-breakpoint
INSERT INTO "email_search_queue" ("organization_id", "id", "email_ids")
SELECT "organization_id", gen_random_uuid(), array_agg("email_id")
FROM (SELECT "organization_id", "email_id",
             (row_number() OVER (PARTITION BY "organization_id" ORDER BY "email_id" DESC) - 1) / 500 AS "entry"
      FROM "email_search_queue") "old"
GROUP BY "organization_id", "entry";--> statement-breakpoint
DELETE FROM "email_search_queue" WHERE "id" IS NULL;--> statement-breakpoint
ALTER TABLE "email_search_queue" DROP COLUMN "email_id";--> statement-breakpoint
ALTER TABLE "email_search_queue" ALTER COLUMN "id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "email_search_queue" ALTER COLUMN "email_ids" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "email_search_queue" ADD CONSTRAINT "email_search_queue_organization_id_id_pk" PRIMARY KEY("organization_id","id");--> statement-breakpoint
ALTER TABLE "email_search_queue" ADD CONSTRAINT "email_search_queue_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "email_search_queue_newest_idx" ON "email_search_queue" USING btree ("id");--> statement-breakpoint
ALTER TABLE "mirror_queue" DROP CONSTRAINT "mirror_queue_message_fk";--> statement-breakpoint
ALTER TABLE "mirror_queue" DROP CONSTRAINT "mirror_queue_organization_id_mail_account_id_jmap_id_pk";--> statement-breakpoint
DROP INDEX "mirror_queue_newest_idx";--> statement-breakpoint
ALTER TABLE "mirror_queue" ALTER COLUMN "jmap_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_queue" ALTER COLUMN "received_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_queue" ADD COLUMN "id" uuid;--> statement-breakpoint
ALTER TABLE "mirror_queue" ADD COLUMN "jmap_ids" text[];--> statement-breakpoint
ALTER TABLE "mirror_queue" ADD COLUMN "newest_at" timestamp (3) with time zone;--> statement-breakpoint
INSERT INTO "mirror_queue" ("organization_id", "mail_account_id", "id", "jmap_ids", "newest_at", "is_news")
SELECT "organization_id", "mail_account_id", gen_random_uuid(), array_agg("jmap_id" ORDER BY "received_at" DESC),
       max("received_at"), "is_news"
FROM (SELECT *, (row_number() OVER (PARTITION BY "organization_id", "mail_account_id", "is_news"
                                    ORDER BY "received_at" DESC) - 1) / 500 AS "entry"
      FROM "mirror_queue") "old"
GROUP BY "organization_id", "mail_account_id", "is_news", "entry";--> statement-breakpoint
DELETE FROM "mirror_queue" WHERE "id" IS NULL;--> statement-breakpoint
ALTER TABLE "mirror_queue" DROP COLUMN "jmap_id";--> statement-breakpoint
ALTER TABLE "mirror_queue" DROP COLUMN "received_at";--> statement-breakpoint
ALTER TABLE "mirror_queue" ALTER COLUMN "id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_queue" ALTER COLUMN "jmap_ids" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_queue" ALTER COLUMN "newest_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_queue" ADD CONSTRAINT "mirror_queue_organization_id_mail_account_id_id_pk" PRIMARY KEY("organization_id","mail_account_id","id");--> statement-breakpoint
ALTER TABLE "mirror_queue" ADD CONSTRAINT "mirror_queue_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;
