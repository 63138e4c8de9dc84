DROP INDEX "contacts_merged_into_idx";--> statement-breakpoint
DROP INDEX "contacts_added_idx";--> statement-breakpoint
DROP INDEX "contacts_name_idx";--> statement-breakpoint
DROP INDEX "contacts_last_email_idx";--> statement-breakpoint
DROP INDEX "emails_newest_idx";--> statement-breakpoint
DROP INDEX "emails_thread_idx";--> statement-breakpoint
DROP INDEX "emails_message_id_idx";--> statement-breakpoint
DROP INDEX "emails_unread_idx";--> statement-breakpoint
DROP INDEX "sessions_user_idx";--> statement-breakpoint
CREATE INDEX "contacts_merged_into_idx" ON "contacts" USING btree ("merged_into_id","organization_id") WHERE "contacts"."merged_into_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "contacts_added_idx" ON "contacts" USING btree ("user_id","organization_id","added_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "contacts_name_idx" ON "contacts" USING btree ("user_id","organization_id",crm_fold(coalesce("name", "email")),"id");--> statement-breakpoint
CREATE INDEX "contacts_last_email_idx" ON "contacts" USING btree ("user_id","organization_id",coalesce("last_email_at", '-infinity'::timestamptz) DESC,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "emails_newest_idx" ON "emails" USING btree ("user_id","organization_id","received_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "emails_thread_idx" ON "emails" USING btree ("user_id","organization_id","thread_id","received_at");--> statement-breakpoint
CREATE INDEX "emails_message_id_idx" ON "emails" USING btree ("user_id","organization_id","message_id");--> statement-breakpoint
CREATE INDEX "emails_unread_idx" ON "emails" USING btree ("user_id","organization_id","received_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE NOT "emails"."is_read";--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("user_id","organization_id");