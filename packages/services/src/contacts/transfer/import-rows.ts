import { type ContactDetails, contacts, correspondents, type Database, type Transaction } from "@crm/db";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "../../actor.ts";
import { type AuditEntry, recordAudits } from "../../audit/record-audit.ts";
import type { Dependencies } from "../../dependencies.ts";
import { emitEvents } from "../../events/emit-event.ts";
import { changeMirror } from "../../mail/change-mirror.ts";
import { type MailAccountRow, mirrorOf } from "../../mail/mail-account.ts";
import { settleContactMail } from "../../mail/sync/settle-contact-mail.ts";
import { rowsAs } from "../../rows.ts";
import { type ContactRow, toContact } from "../own-contact.ts";
import type { CheckedRow } from "./check-row.ts";
import type { ImportReport } from "./import-report.ts";
import { withPlainLineEnds } from "./write-vcard.ts";

interface Options {
  dryRun: boolean;
  report: ImportReport;
}

interface Change {
  before: ContactRow;
  after: ContactDetails;
}

/** Adds and updates the contacts of some rows, in one transaction. */
export async function importRows(
  { db }: Dependencies,
  actor: Actor,
  rows: readonly CheckedRow[],
  { dryRun, report }: Options,
): Promise<void> {
  if (rows.length === 0) return;
  if (dryRun) {
    const { added, changes } = sort(rows, await findKnown(db, actor, rows), report);
    report.created += added.length;
    report.updated += changes.length;
    return;
  }
  await changeMirror({ db }, actor, async (tx, account) => {
    const { added, changes } = sort(rows, await findKnown(tx, actor, rows, "lock"), report);
    const created = await insertContacts(tx, actor, account, added, report);
    const updated = await updateContacts(tx, actor, changes);
    if (account)
      await settleContactMail(
        tx,
        mirrorOf(account),
        created.map(({ id }) => id),
      );
    const before = new Map(changes.map((change) => [change.before.id, change.before]));
    await recordAudits(tx, actor, [
      ...created.map((row) => entry(actor, "contact.add", row, { newValue: { email: row.email, ...detailsOf(row) } })),
      ...updated.map((row) =>
        entry(actor, "contact.update", row, {
          oldValue: detailsOf(before.get(row.id) ?? row),
          newValue: detailsOf(row),
        }),
      ),
    ]);
    await emitEvents(tx, actor, [
      ...created.map((row) => ({ type: "contact.added" as const, data: toContact(row) })),
      ...updated.map((row) => ({ type: "contact.updated" as const, data: toContact(row) })),
    ]);
    report.created += created.length;
    report.updated += updated.length;
  });
}

const detailsOf = ({ name, notes, tags }: ContactDetails): ContactDetails => ({ name, notes, tags });

const entry = (
  { organizationId, userId, username }: Actor,
  action: AuditEntry["action"],
  { id }: ContactRow,
  values: Pick<AuditEntry, "oldValue" | "newValue">,
): AuditEntry => ({ organizationId, userId, username, action, resource: "contact", resourceId: id, ...values });

/** The contacts that the rows' addresses are of, by address in lower case; one that was merged is the one that stayed. */
async function findKnown(
  db: Database | Transaction,
  { organizationId, userId }: Actor,
  rows: readonly CheckedRow[],
  lock?: "lock",
): Promise<ReadonlyMap<string, ContactRow>> {
  const { rows: owners } = await db.execute<{ address: string; id: string }>(sql`
    SELECT lower(c.email) AS address, coalesce(c.merged_into_id, c.id) AS id FROM contacts c
    WHERE c.organization_id = ${organizationId} AND c.user_id = ${userId}
      AND lower(c.email) = ANY (${sql.param(rows.map(({ email }) => email.toLowerCase()))}::text[])`);
  if (owners.length === 0) return new Map();
  const ids = [...new Set(owners.map(({ id }) => id))];
  const select = db
    .select()
    .from(contacts)
    .where(and(eq(contacts.organizationId, organizationId), inArray(contacts.id, ids)))
    .orderBy(contacts.id);
  const byId = new Map((await (lock ? select.for("update") : select)).map((row) => [row.id, row]));
  return new Map(
    owners.flatMap(({ address, id }) => {
      const row = byId.get(id);
      return row ? [[address, row]] : [];
    }),
  );
}

function sort(
  rows: readonly CheckedRow[],
  known: ReadonlyMap<string, ContactRow>,
  report: ImportReport,
): { added: CheckedRow[]; changes: Change[] } {
  const added: CheckedRow[] = [];
  const changes: Change[] = [];
  for (const row of rows) {
    const address = row.email.toLowerCase();
    const before = known.get(address);
    if (!report.isFirst(address, row.row)) continue;
    if (!before) {
      added.push(row);
      continue;
    }
    if (!report.isFirst(before.id, row.row)) continue;
    const after = changed(before, row);
    if (after) changes.push({ before, after });
    else report.unchanged++;
  }
  return { added, changes };
}

/** What the contact becomes, or null when the row says nothing new. */
function changed(before: ContactRow, { name, notes, tags }: CheckedRow): ContactDetails | null {
  const isSame =
    (name === undefined || name === before.name) &&
    (notes === undefined || withPlainLineEnds(notes ?? "") === withPlainLineEnds(before.notes ?? "")) &&
    (tags === undefined || tagsOf(tags) === tagsOf(before.tags));
  if (isSame) return null;
  return {
    name: name === undefined ? before.name : name,
    notes: notes === undefined ? before.notes : notes,
    tags: tags === undefined ? before.tags : [...new Set(tags)],
  };
}

/** Neither order nor surrounding space survives in every file. */
const tagsOf = (tags: readonly string[]): string => [...new Set(tags.map((tag) => tag.trim()))].sort().join(";");

async function insertContacts(
  tx: Transaction,
  { organizationId, userId }: Actor,
  account: MailAccountRow | null,
  rows: readonly CheckedRow[],
  report: ImportReport,
): Promise<ContactRow[]> {
  if (rows.length === 0) return [];
  const names = await knownNames(tx, account, rows);
  const created = await tx
    .insert(contacts)
    .values(
      rows.map(({ email, name, notes, tags }) => ({
        organizationId,
        userId,
        email,
        name: name === undefined ? (names.get(email.toLowerCase()) ?? null) : name,
        notes: notes ?? null,
        tags: [...new Set(tags ?? [])],
      })),
    )
    .onConflictDoNothing()
    .returning();
  const present = new Set(created.map(({ email }) => email));
  for (const { row, email } of rows) {
    // Somebody else added it in this very moment.
    if (!present.has(email)) report.fail({ row, field: "email", message: "is among your contacts already" });
  }
  return created;
}

/** The names that the addresses use in their mail. */
async function knownNames(
  tx: Transaction,
  account: MailAccountRow | null,
  rows: readonly CheckedRow[],
): Promise<ReadonlyMap<string, string | null>> {
  if (!account) return new Map();
  const known = await tx
    .select({ address: correspondents.address, name: correspondents.name })
    .from(correspondents)
    .where(
      and(
        eq(correspondents.organizationId, account.organizationId),
        eq(correspondents.mailAccountId, account.id),
        inArray(
          correspondents.address,
          rows.map(({ email }) => email.toLowerCase()),
        ),
      ),
    );
  return new Map(known.map(({ address, name }) => [address, name]));
}

async function updateContacts(
  tx: Transaction,
  { organizationId }: Actor,
  changes: readonly Change[],
): Promise<ContactRow[]> {
  if (changes.length === 0) return [];
  const rows = changes.map(({ before: { id }, after }) => ({ id, ...after }));
  await tx.execute(sql`
    UPDATE contacts c SET name = r.name, notes = r.notes, tags = r.tags, updated_at = now()
    FROM ${rowsAs(rows, "id uuid, name text, notes text, tags text[]")}
    WHERE c.organization_id = ${organizationId} AND c.id = r.id`);
  const ids = rows.map(({ id }) => id);
  return tx
    .select()
    .from(contacts)
    .where(and(eq(contacts.organizationId, organizationId), inArray(contacts.id, ids)));
}
