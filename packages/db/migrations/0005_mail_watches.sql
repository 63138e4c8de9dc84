CREATE TABLE "mail_watches" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "mail_watches_organization_id_mail_account_id_pk" PRIMARY KEY("organization_id","mail_account_id")
);
--> statement-breakpoint
ALTER TABLE "mail_watches" ADD CONSTRAINT "mail_watches_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mail_watches_holder_idx" ON "mail_watches" USING btree ("holder");