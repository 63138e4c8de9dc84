import type { ImportedContacts, RowError } from "./contact-file.ts";

/** Errors that are listed one by one; nobody reads more, and a file of nonsense must not fill the memory. */
const MAX_ERRORS = 1_000;

/** What became of the rows so far. */
export class ImportReport {
  readonly #errors: RowError[] = [];
  #unlisted = 0;
  #lastRow = 0;
  /** The row that each contact was in, by its id or, before it has one, by its address. */
  readonly #rows = new Map<string, number>();
  created = 0;
  updated = 0;
  unchanged = 0;

  fail(error: RowError): void {
    this.#lastRow = error.row;
    if (this.#errors.length < MAX_ERRORS) this.#errors.push(error);
    else this.#unlisted++;
  }

  /** False for a contact that an earlier row was about, which is an error unless it is the same row. */
  isFirst(key: string, row: number): boolean {
    const earlier = this.#rows.get(key);
    if (earlier === undefined) {
      this.#rows.set(key, row);
      return true;
    }
    if (earlier !== row) this.fail({ row, field: "email", message: `is the same contact as row ${earlier}` });
    return false;
  }

  result(): ImportedContacts {
    const { created, updated, unchanged } = this;
    const message = `${this.#unlisted} more errors, up to this row, are not listed.`;
    const rest = this.#unlisted > 0 ? [{ row: this.#lastRow, field: "row", message }] : [];
    const listed = this.#errors.toSorted((one, other) => one.row - other.row);
    return { created, updated, unchanged, errors: [...listed, ...rest] };
  }
}
