CREATE INDEX "contacts_unread_idx" ON "contacts" USING btree ("user_id","organization_id") WHERE "contacts"."unread_count" > 0;
