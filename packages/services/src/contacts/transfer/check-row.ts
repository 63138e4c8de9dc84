import { addContactInput, describeIssue } from "@crm/schemas";
import type { FileContact, RowError } from "./contact-file.ts";

/** A row that keeps to what a contact may be. */
export interface CheckedRow {
  row: number;
  email: string;
  name?: string | null | undefined;
  notes?: string | null | undefined;
  tags?: string[] | undefined;
}

/** Holds a row against what `contacts.add` takes. */
export function checkRow({ row, ...fields }: FileContact): { row: CheckedRow | null; errors: RowError[] } {
  const checked = addContactInput.safeParse(fields, { error: describeIssue });
  if (checked.success) return { row: { row, ...checked.data }, errors: [] };
  const errors = checked.error.issues.map(({ path: [field], message }) => ({ row, field: String(field), message }));
  return { row: null, errors };
}
