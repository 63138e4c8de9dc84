CREATE TABLE "audit_chains" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint DEFAULT 0 NOT NULL,
	"last_id" uuid,
	"hash" "bytea",
	"proof" text
);
--> statement-breakpoint
DROP INDEX "audit_logs_sequence_key";--> statement-breakpoint
DROP INDEX "audit_logs_newest_idx";--> statement-breakpoint
DROP INDEX "audit_logs_user_idx";--> statement-breakpoint
DROP INDEX "audit_logs_resource_idx";--> statement-breakpoint
ALTER TABLE "rate_limits" ALTER COLUMN "expire" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_logs" ADD COLUMN "search" text;--> statement-breakpoint
ALTER TABLE "rate_limits" ADD COLUMN "granted" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rate_limits" ADD COLUMN "held" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rate_limits" ADD COLUMN "held_until" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_chains" ADD CONSTRAINT "audit_chains_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_logs_pending_idx" ON "audit_logs" USING btree ("organization_id") WHERE "audit_logs"."sequence" IS NULL;--> statement-breakpoint
CREATE INDEX "audit_logs_action_idx" ON "audit_logs" USING btree ("organization_id","action","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "audit_logs"."sequence" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_logs_failed_idx" ON "audit_logs" USING btree ("organization_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "audit_logs"."sequence" IS NOT NULL AND NOT "audit_logs"."success";--> statement-breakpoint
CREATE INDEX "audit_logs_search_idx" ON "audit_logs" USING gin ("organization_id","search" gin_trgm_ops) WHERE "audit_logs"."sequence" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_logs_sequence_key" ON "audit_logs" USING btree ("organization_id","sequence") WHERE "audit_logs"."sequence" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_logs_newest_idx" ON "audit_logs" USING btree ("organization_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "audit_logs"."sequence" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_logs_user_idx" ON "audit_logs" USING btree ("organization_id","user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "audit_logs"."sequence" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_logs_resource_idx" ON "audit_logs" USING btree ("organization_id","resource","resource_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "audit_logs"."sequence" IS NOT NULL;