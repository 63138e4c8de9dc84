CREATE TABLE "mirror_releases" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"email_id" uuid NOT NULL,
	CONSTRAINT "mirror_releases_organization_id_mail_account_id_email_id_pk" PRIMARY KEY("organization_id","mail_account_id","email_id")
);
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "merged_into_id" uuid;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "search" text GENERATED ALWAYS AS (crm_fold(coalesce("name", '') || chr(10) || "email")) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "correspondents" ADD COLUMN "search" text GENERATED ALWAYS AS (crm_fold(coalesce("name", '') || chr(10) || "address")) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_releases" ADD CONSTRAINT "mirror_releases_email_fk" FOREIGN KEY ("organization_id","email_id") REFERENCES "public"."emails"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mirror_releases_email_idx" ON "mirror_releases" USING btree ("organization_id","email_id");--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_merged_into_fk" FOREIGN KEY ("organization_id","merged_into_id") REFERENCES "public"."contacts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contacts_merged_into_idx" ON "contacts" USING btree ("organization_id","merged_into_id") WHERE "contacts"."merged_into_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "contacts_search_idx" ON "contacts" USING gin ("user_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "contacts_tags_idx" ON "contacts" USING gin ("user_id","tags");