import { randomUUID } from "node:crypto";
import { connect, type Email, getEmails, type JmapClient, queryEmails } from "@crm/jmap";
import { MESSAGE_ARGUMENTS } from "@crm/services/testing";
import { Pool } from "pg";
import { answerRuns, type Mailbox } from "./runs.ts";

/**
 * The way most people build it: for each contact the mail server is asked which messages it is in, then for those
 * messages, and each of them is a row that is looked up, inserted, linked and counted by itself. What is new is found
 * by doing all of that again, but for messages that are known.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS by_contact_contacts (
    id uuid PRIMARY KEY, run uuid NOT NULL, email text NOT NULL, email_count int NOT NULL DEFAULT 0, last_email_at timestamptz);
  CREATE TABLE IF NOT EXISTS by_contact_emails (
    id uuid PRIMARY KEY, run uuid NOT NULL, jmap_id text NOT NULL, thread_id text, message_id text, subject text, sender jsonb,
    recipients jsonb, body text, body_html text, is_read boolean, received_at timestamptz, UNIQUE (run, jmap_id));
  CREATE TABLE IF NOT EXISTS by_contact_links (
    contact_id uuid NOT NULL REFERENCES by_contact_contacts, email_id uuid NOT NULL REFERENCES by_contact_emails,
    PRIMARY KEY (contact_id, email_id));`;

const pool = new Pool({ connectionString: process.env.BENCH_DATABASE_URL });
const addresses: string[] = JSON.parse(process.env.BENCH_CONTACTS ?? "[]");
await pool.query(TABLES);

await answerRuns(async ({ sessionUrl, ...account }: Mailbox) => {
  const client = await connect({ sessionUrl, auth: { type: "basic", ...account } });
  const run = randomUUID();
  const begun = performance.now();
  const contacts = addresses.map((email) => ({ id: randomUUID(), email }));
  for (const { id, email } of contacts) {
    await pool.query("INSERT INTO by_contact_contacts (id, run, email) VALUES ($1, $2, $3)", [id, run, email]);
  }
  for (const contact of contacts) await syncContact(client, run, contact);
  const milliseconds = performance.now() - begun;
  const { rows } = await pool.query("SELECT count(*)::int AS messages FROM by_contact_emails WHERE run = $1", [run]);
  const again = performance.now();
  for (const contact of contacts) await syncContact(client, run, contact);
  return { messages: rows[0].messages, milliseconds, nothingNew: performance.now() - again };
});

async function syncContact(client: JmapClient, run: string, contact: { id: string; email: string }): Promise<void> {
  const { email } = contact;
  const conditions = [{ from: email }, { to: email }, { cc: email }, { bcc: email }];
  const { ids } = await queryEmails(client, { filter: { operator: "OR", conditions }, limit: 5_000 });
  const known = await pool.query("SELECT jmap_id FROM by_contact_emails WHERE run = $1 AND jmap_id = ANY ($2)", [
    run,
    ids,
  ]);
  const stored = new Set(known.rows.map((row) => row.jmap_id));
  const { list } = await getEmails(client, { ids: ids.filter((id) => !stored.has(id)), ...MESSAGE_ARGUMENTS });
  for (const message of list) await storeEmail(run, contact.id, message);
}

async function storeEmail(run: string, contactId: string, message: Email): Promise<void> {
  const bodyOf = (parts: Email["textBody"]) =>
    (parts ?? [])
      .map(({ partId }) => message.bodyValues?.[partId ?? ""]?.value ?? "")
      .join("\n")
      .replaceAll("\0", "");
  const id = randomUUID();
  await pool.query(
    `INSERT INTO by_contact_emails VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (run, jmap_id) DO NOTHING`,
    [
      ...[id, run, message.id, message.threadId, message.messageId?.[0], message.subject],
      ...[JSON.stringify(message.from ?? []), JSON.stringify([message.to, message.cc].flat())],
      ...[bodyOf(message.textBody), bodyOf(message.htmlBody), message.keywords?.$seen === true, message.receivedAt],
    ],
  );
  await pool.query("INSERT INTO by_contact_links VALUES ($1, $2) ON CONFLICT DO NOTHING", [contactId, id]);
  await pool.query(
    `UPDATE by_contact_contacts SET email_count = email_count + 1, last_email_at = greatest(last_email_at, $2) WHERE id = $1`,
    [contactId, message.receivedAt],
  );
}
