CREATE EXTENSION IF NOT EXISTS unaccent;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gin;--> statement-breakpoint
-- unaccent() is only STABLE because its dictionary could be swapped; naming the dictionary makes it safe to index.
CREATE FUNCTION crm_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$;--> statement-breakpoint
CREATE TABLE "api_keys" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_logs" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid,
	"username" text,
	"action" text NOT NULL,
	"resource" text NOT NULL,
	"resource_id" text,
	"old_value" jsonb,
	"new_value" jsonb,
	"ip_address" text,
	"user_agent" text,
	"success" boolean NOT NULL,
	"error_message" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sequence" bigint,
	"hash" "bytea",
	CONSTRAINT "audit_logs_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "blocklist_entries" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"pattern" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "blocklist_entries_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "contact_merges" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"merged" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp (3) with time zone,
	CONSTRAINT "contact_merges_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"email" text NOT NULL,
	"name" text,
	"notes" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"email_count" integer DEFAULT 0 NOT NULL,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"last_email_at" timestamp (3) with time zone,
	"added_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contacts_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "correspondents" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"address" text NOT NULL,
	"name" text,
	"email_count" integer NOT NULL,
	"sent_count" integer NOT NULL,
	"received_count" integer NOT NULL,
	"last_email_at" timestamp (3) with time zone,
	"automatic_reason" text,
	CONSTRAINT "correspondents_organization_id_mail_account_id_address_pk" PRIMARY KEY("organization_id","mail_account_id","address")
);
--> statement-breakpoint
CREATE TABLE "email_contacts" (
	"organization_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"email_id" uuid NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "email_contacts_organization_id_contact_id_email_id_pk" PRIMARY KEY("organization_id","contact_id","email_id")
);
--> statement-breakpoint
CREATE TABLE "email_search" (
	"organization_id" uuid NOT NULL,
	"email_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"document" "tsvector" NOT NULL,
	CONSTRAINT "email_search_organization_id_email_id_pk" PRIMARY KEY("organization_id","email_id")
);
--> statement-breakpoint
CREATE TABLE "email_search_queue" (
	"organization_id" uuid NOT NULL,
	"email_id" uuid NOT NULL,
	CONSTRAINT "email_search_queue_organization_id_email_id_pk" PRIMARY KEY("organization_id","email_id")
);
--> statement-breakpoint
CREATE TABLE "email_threads" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"thread_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"preview" text NOT NULL,
	"participants" jsonb NOT NULL,
	"contact_ids" uuid[] NOT NULL,
	"message_count" integer NOT NULL,
	"unread_count" integer NOT NULL,
	"last_email_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "email_threads_organization_id_mail_account_id_thread_id_pk" PRIMARY KEY("organization_id","mail_account_id","thread_id")
);
--> statement-breakpoint
CREATE TABLE "emails" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"jmap_id" text NOT NULL,
	"thread_id" text NOT NULL,
	"message_id" text,
	"in_reply_to" text,
	"references" text[] DEFAULT '{}' NOT NULL,
	"from" jsonb NOT NULL,
	"to" jsonb NOT NULL,
	"cc" jsonb NOT NULL,
	"bcc" jsonb NOT NULL,
	"subject" text NOT NULL,
	"preview" text NOT NULL,
	"body_text" text NOT NULL,
	"body_html" text,
	"is_read" boolean NOT NULL,
	"is_flagged" boolean NOT NULL,
	"outbound" boolean NOT NULL,
	"attachments" jsonb NOT NULL,
	"has_attachment" boolean NOT NULL,
	"size" integer NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "emails_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "events_organization_id_user_id_sequence_pk" PRIMARY KEY("organization_id","user_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"response_encrypted" text,
	"running_until" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_organization_id_user_id_key_pk" PRIMARY KEY("organization_id","user_id","key")
);
--> statement-breakpoint
CREATE TABLE "mail_accounts" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"address" text NOT NULL,
	"identity_addresses" text[] DEFAULT '{}' NOT NULL,
	"session_url" text NOT NULL,
	"jmap_account_id" text NOT NULL,
	"password_encrypted" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_accounts_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "mail_sync_problems" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"jmap_id" text NOT NULL,
	"message" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_sync_problems_organization_id_mail_account_id_jmap_id_pk" PRIMARY KEY("organization_id","mail_account_id","jmap_id")
);
--> statement-breakpoint
CREATE TABLE "mail_syncs" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"phase" text DEFAULT 'new' NOT NULL,
	"email_state" text,
	"indexing_from_state" text,
	"index_run" integer DEFAULT 0 NOT NULL,
	"scope" text,
	"progress_done" integer,
	"progress_total" integer,
	"last_synced_at" timestamp (3) with time zone,
	"last_error" jsonb,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"lease_holder" uuid,
	"lease_until" timestamp (3) with time zone,
	CONSTRAINT "mail_syncs_organization_id_mail_account_id_pk" PRIMARY KEY("organization_id","mail_account_id")
);
--> statement-breakpoint
CREATE TABLE "mailbox_messages" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"jmap_id" text NOT NULL,
	"thread_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"outbound" boolean NOT NULL,
	"automatic" text,
	"is_read" boolean NOT NULL,
	"is_flagged" boolean NOT NULL,
	"size" integer NOT NULL,
	"index_run" integer NOT NULL,
	CONSTRAINT "mailbox_messages_organization_id_mail_account_id_jmap_id_pk" PRIMARY KEY("organization_id","mail_account_id","jmap_id")
);
--> statement-breakpoint
CREATE TABLE "mailbox_people" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"address" text NOT NULL,
	"jmap_id" text NOT NULL,
	"fields" smallint NOT NULL,
	"name" text,
	CONSTRAINT "mailbox_people_organization_id_mail_account_id_address_jmap_id_pk" PRIMARY KEY("organization_id","mail_account_id","address","jmap_id")
);
--> statement-breakpoint
CREATE TABLE "mirror_queue" (
	"organization_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"jmap_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"is_news" boolean NOT NULL,
	CONSTRAINT "mirror_queue_organization_id_mail_account_id_jmap_id_pk" PRIMARY KEY("organization_id","mail_account_id","jmap_id")
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"mail_account_id" uuid NOT NULL,
	"message_id" text NOT NULL,
	"idempotency_key" text,
	"state" text DEFAULT 'queued' NOT NULL,
	"message" jsonb NOT NULL,
	"jmap_id" text,
	"error_message" text,
	"sent_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "profiles" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "profiles_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"spent_at" timestamp (3) with time zone,
	CONSTRAINT "refresh_tokens_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "revoked_tokens" (
	"organization_id" uuid NOT NULL,
	"jti" uuid NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "revoked_tokens_organization_id_jti_pk" PRIMARY KEY("organization_id","jti")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "sessions_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "totp_recovery_codes" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "totp_recovery_codes_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "user_avatars" (
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"image" "bytea" NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_avatars_organization_id_user_id_pk" PRIMARY KEY("organization_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "user_tokens" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"email" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_tokens_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"username" text NOT NULL,
	"email" text,
	"email_verified" boolean DEFAULT false NOT NULL,
	"first_name" text,
	"last_name" text,
	"role" text DEFAULT 'member' NOT NULL,
	"password_hash" text NOT NULL,
	"temporary_password_until" timestamp (3) with time zone,
	"mailbox_step" text DEFAULT 'pending' NOT NULL,
	"totp_secret" text,
	"totp_enabled_at" timestamp (3) with time zone,
	"avatar_version" text,
	"last_login_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"webhook_id" uuid NOT NULL,
	"event" text NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"response_status" integer,
	"error_message" text,
	"next_attempt_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_deliveries_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"description" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"secret_encrypted" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhooks_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blocklist_entries" ADD CONSTRAINT "blocklist_entries_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_merges" ADD CONSTRAINT "contact_merges_contact_fk" FOREIGN KEY ("organization_id","contact_id") REFERENCES "public"."contacts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correspondents" ADD CONSTRAINT "correspondents_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_contacts" ADD CONSTRAINT "email_contacts_contact_fk" FOREIGN KEY ("organization_id","contact_id") REFERENCES "public"."contacts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_contacts" ADD CONSTRAINT "email_contacts_email_fk" FOREIGN KEY ("organization_id","email_id") REFERENCES "public"."emails"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_search" ADD CONSTRAINT "email_search_email_fk" FOREIGN KEY ("organization_id","email_id") REFERENCES "public"."emails"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_search_queue" ADD CONSTRAINT "email_search_queue_email_fk" FOREIGN KEY ("organization_id","email_id") REFERENCES "public"."emails"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_threads" ADD CONSTRAINT "email_threads_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "emails" ADD CONSTRAINT "emails_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_accounts" ADD CONSTRAINT "mail_accounts_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_sync_problems" ADD CONSTRAINT "mail_sync_problems_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_syncs" ADD CONSTRAINT "mail_syncs_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailbox_messages" ADD CONSTRAINT "mailbox_messages_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailbox_people" ADD CONSTRAINT "mailbox_people_message_fk" FOREIGN KEY ("organization_id","mail_account_id","jmap_id") REFERENCES "public"."mailbox_messages"("organization_id","mail_account_id","jmap_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mirror_queue" ADD CONSTRAINT "mirror_queue_message_fk" FOREIGN KEY ("organization_id","mail_account_id","jmap_id") REFERENCES "public"."mailbox_messages"("organization_id","mail_account_id","jmap_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_account_fk" FOREIGN KEY ("organization_id","mail_account_id") REFERENCES "public"."mail_accounts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_fk" FOREIGN KEY ("organization_id","session_id") REFERENCES "public"."sessions"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp_recovery_codes" ADD CONSTRAINT "totp_recovery_codes_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_avatars" ADD CONSTRAINT "user_avatars_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_tokens" ADD CONSTRAINT "user_tokens_user_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_fk" FOREIGN KEY ("organization_id","webhook_id") REFERENCES "public"."webhooks"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys" USING btree ("organization_id","key_hash");--> statement-breakpoint
CREATE INDEX "api_keys_user_idx" ON "api_keys" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_logs_sequence_key" ON "audit_logs" USING btree ("organization_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_logs_newest_idx" ON "audit_logs" USING btree ("organization_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_logs_user_idx" ON "audit_logs" USING btree ("organization_id","user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_logs_resource_idx" ON "audit_logs" USING btree ("organization_id","resource","resource_id");--> statement-breakpoint
CREATE UNIQUE INDEX "blocklist_entries_pattern_key" ON "blocklist_entries" USING btree ("organization_id","user_id","pattern");--> statement-breakpoint
CREATE INDEX "contact_merges_contact_idx" ON "contact_merges" USING btree ("organization_id","contact_id");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_email_key" ON "contacts" USING btree ("organization_id","user_id",lower("email"));--> statement-breakpoint
CREATE INDEX "contacts_added_idx" ON "contacts" USING btree ("organization_id","user_id","added_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "contacts_name_idx" ON "contacts" USING btree ("organization_id","user_id",crm_fold(coalesce("name", "email")),"id");--> statement-breakpoint
CREATE INDEX "contacts_last_email_idx" ON "contacts" USING btree ("organization_id","user_id",coalesce("last_email_at", '-infinity'::timestamptz) DESC,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "correspondents_rank_idx" ON "correspondents" USING btree ("organization_id","mail_account_id",("automatic_reason" IS NOT NULL),"email_count" DESC,"address");--> statement-breakpoint
CREATE INDEX "email_contacts_newest_idx" ON "email_contacts" USING btree ("organization_id","contact_id","received_at" DESC NULLS FIRST,"email_id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "email_contacts_email_idx" ON "email_contacts" USING btree ("organization_id","email_id");--> statement-breakpoint
CREATE INDEX "email_search_document_idx" ON "email_search" USING gin ("user_id","document");--> statement-breakpoint
CREATE INDEX "email_search_newest_idx" ON "email_search" USING btree ("organization_id","user_id","received_at" DESC NULLS FIRST,"email_id");--> statement-breakpoint
CREATE INDEX "email_threads_newest_idx" ON "email_threads" USING btree ("organization_id","user_id","last_email_at" DESC NULLS FIRST,"thread_id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "email_threads_contacts_idx" ON "email_threads" USING gin ("contact_ids");--> statement-breakpoint
CREATE UNIQUE INDEX "emails_jmap_key" ON "emails" USING btree ("organization_id","mail_account_id","jmap_id");--> statement-breakpoint
CREATE INDEX "emails_newest_idx" ON "emails" USING btree ("organization_id","user_id","received_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "emails_thread_idx" ON "emails" USING btree ("organization_id","user_id","thread_id","received_at");--> statement-breakpoint
CREATE INDEX "emails_message_id_idx" ON "emails" USING btree ("organization_id","user_id","message_id");--> statement-breakpoint
CREATE INDEX "emails_unread_idx" ON "emails" USING btree ("organization_id","user_id","received_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE NOT "emails"."is_read";--> statement-breakpoint
CREATE INDEX "events_age_idx" ON "events" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_expiry_idx" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "mail_accounts_user_key" ON "mail_accounts" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mail_accounts_address_key" ON "mail_accounts" USING btree ("organization_id",lower("address"));--> statement-breakpoint
CREATE INDEX "mailbox_people_message_idx" ON "mailbox_people" USING btree ("organization_id","mail_account_id","jmap_id");--> statement-breakpoint
CREATE INDEX "mirror_queue_newest_idx" ON "mirror_queue" USING btree ("organization_id","mail_account_id","received_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_message_id_key" ON "outbox" USING btree ("organization_id","mail_account_id","message_id");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_idempotency_key" ON "outbox" USING btree ("organization_id","user_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "outbox_open_idx" ON "outbox" USING btree ("organization_id","updated_at") WHERE "outbox"."state" IN ('queued', 'submitting');--> statement-breakpoint
CREATE UNIQUE INDEX "profiles_email_key" ON "profiles" USING btree ("organization_id",lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_tokens_hash_key" ON "refresh_tokens" USING btree ("organization_id","token_hash");--> statement-breakpoint
CREATE INDEX "refresh_tokens_session_idx" ON "refresh_tokens" USING btree ("organization_id","session_id");--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "totp_recovery_codes_hash_key" ON "totp_recovery_codes" USING btree ("organization_id","user_id","code_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "user_tokens_hash_key" ON "user_tokens" USING btree ("organization_id","purpose","token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree ("organization_id",lower("username"));--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("organization_id",lower("email"));--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest_idx" ON "webhook_deliveries" USING btree ("organization_id","webhook_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE "webhook_deliveries"."status" = 'pending';