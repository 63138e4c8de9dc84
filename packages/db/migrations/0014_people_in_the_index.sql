-- Who is in a message stands in the message's own row of the index. Every row of it is written anew.
ALTER TABLE "mailbox_messages" ADD COLUMN "addresses" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "mailbox_messages" ADD COLUMN "fields" smallint[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "mailbox_messages" ADD COLUMN "names" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "mailbox_messages" m SET "addresses" = p.addresses, "fields" = p.fields, "names" = p.names
FROM (
  SELECT "organization_id", "mail_account_id", "jmap_id",
         array_agg("address" ORDER BY "fields", "address") AS addresses,
         array_agg("fields" ORDER BY "fields", "address") AS fields,
         array_agg(coalesce("name", '') ORDER BY "fields", "address") AS names
  FROM "mailbox_people" GROUP BY 1, 2, 3) p
WHERE m."organization_id" = p."organization_id" AND m."mail_account_id" = p."mail_account_id" AND m."jmap_id" = p."jmap_id";--> statement-breakpoint
ALTER TABLE "mailbox_messages" ALTER COLUMN "addresses" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "mailbox_messages" ALTER COLUMN "fields" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "mailbox_messages" ALTER COLUMN "names" DROP DEFAULT;--> statement-breakpoint
DROP TABLE "mailbox_people";--> statement-breakpoint
CREATE INDEX "mailbox_messages_addresses_idx" ON "mailbox_messages" USING gin ("mail_account_id","addresses") WITH (gin_pending_list_limit=512);--> statement-breakpoint
ANALYZE "mailbox_messages";
