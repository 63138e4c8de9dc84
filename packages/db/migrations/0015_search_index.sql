-- Searches go on while it is made.
CREATE INDEX "email_search_words_new_idx" ON "email_search" USING gin ("user_id","document") WITH (gin_pending_list_limit=2048);--> statement-breakpoint
DROP INDEX "email_search_words_idx";--> statement-breakpoint
ALTER INDEX "email_search_words_new_idx" RENAME TO "email_search_words_idx";
