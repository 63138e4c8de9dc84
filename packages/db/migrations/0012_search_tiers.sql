-- Most documents stay in their row: a search reads them by the hundred.
ALTER TABLE "email_search" SET (toast_tuple_target = 4080);--> statement-breakpoint
-- Documents say other things now; the worker builds them anew.
DELETE FROM "email_search_queue";--> statement-breakpoint
INSERT INTO "email_search_queue" ("organization_id", "id", "email_ids")
SELECT "organization_id", gen_random_uuid(), array_agg("id")
FROM (SELECT "organization_id", "id",
             (row_number() OVER (PARTITION BY "organization_id" ORDER BY "received_at" DESC) - 1) / 500 AS "entry"
      FROM "emails") "mail"
GROUP BY "organization_id", "entry";
