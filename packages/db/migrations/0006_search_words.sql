DROP INDEX "email_search_document_idx";--> statement-breakpoint
DROP INDEX "email_search_newest_idx";--> statement-breakpoint
CREATE INDEX "email_search_words_idx" ON "email_search" USING gin ("user_id",(("received_at" AT TIME ZONE 'UTC')::date),"document") WITH (gin_pending_list_limit=2048);--> statement-breakpoint
CREATE INDEX "email_search_queue_newest_idx" ON "email_search_queue" USING btree ("email_id");--> statement-breakpoint
CREATE INDEX "email_search_newest_idx" ON "email_search" USING btree ("organization_id","user_id","received_at" DESC NULLS FIRST,"email_id" DESC NULLS FIRST);--> statement-breakpoint
-- Never compressed: a document is read for each message that is looked through.
ALTER TABLE "email_search" ALTER COLUMN "document" SET STORAGE EXTERNAL;--> statement-breakpoint
-- Documents are made of other words now; the worker builds them anew.
INSERT INTO "email_search_queue" ("organization_id", "email_id") SELECT "organization_id", "id" FROM "emails" ON CONFLICT DO NOTHING;
