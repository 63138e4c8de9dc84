import { finished } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CsvError, parse } from "csv-parse";
import { ServiceError } from "../../errors.ts";
import { type FileRow, piecesOf } from "./contact-file.ts";
import { readCsvCell } from "./csv-line.ts";

const COLUMNS = ["email", "name", "notes", "tags"] as const;
type Column = (typeof COLUMNS)[number];

interface Header {
  /** Cells of a row. */
  width: number;
  /** Where each column is. */
  columns: ReadonlyMap<Column, number>;
}

/** Bytes of a row; far more than the longest that is valid, so that a quote left open does not swallow the file. */
const MAX_ROW_BYTES = 262_144;
/** About as many as 10 MiB have of rows with an address and a name. */
const MAX_ROWS = 250_000;

/**
 * Contacts of a CSV (RFC 4180) with the header `email,name,notes,tags`, in any order and with any further columns.
 * An empty cell changes nothing; tags are separated by `;`. A file that is separated by `;` is understood as well.
 * @throws ServiceError VALIDATION_ERROR for a header without `email`, or with a column twice
 */
export async function* readCsv(text: string): AsyncGenerator<FileRow[]> {
  let header: Header | null = null;
  let row = 0;
  try {
    for await (const records of readRecords(text)) {
      const rows: FileRow[] = [];
      for (const record of records) {
        if (header) {
          row++;
          // Spreadsheets leave empty rows, which count but say nothing.
          if (record.some(isFilled)) rows.push(readRecord(row, record, header));
        } else header = readHeader(record);
      }
      yield rows;
      if (row > MAX_ROWS) {
        const message = `The file has more than ${MAX_ROWS} rows. It was not read further.`;
        yield [{ row, field: "row", message }];
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message =
      "A quote is opened here that nothing closes, or the row is too long. The file was not read further.";
    yield [{ row: row + 1, field: "row", message }];
  }
  if (!header) throw badHeader();
}

const isFilled = (cell: string): boolean => cell.trim() !== "";

/** The rows, some at a time, also those before a broken one. @throws CsvError at the broken one */
async function* readRecords(text: string): AsyncGenerator<string[][]> {
  let records: string[][] = [];
  const parser = parse({
    bom: true,
    delimiter: separatorOf(text),
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_ROW_BYTES,
    // Taken here rather than from the stream, which drops what it holds when it fails.
    on_record: (record: string[]) => void records.push(record),
  });
  let failure: Error | undefined;
  parser.on("error", (error) => {
    failure = error;
  });
  for (const piece of piecesOf(text)) {
    await new Promise((resolve) => parser.write(piece, resolve));
    yield records;
    if (failure) throw failure;
    records = [];
    await nextTurn();
  }
  await finished(parser.end().resume()).catch(() => {});
  yield records;
  if (failure) throw failure;
}

/** Spreadsheets of many countries write `;`. */
function separatorOf(text: string): "," | ";" {
  const [header = ""] = text.slice(0, 1_000).split(/[\r\n]/, 1);
  return header.includes(";") && !header.includes(",") ? ";" : ",";
}

function readHeader(record: readonly string[]): Header {
  const names = record.map((name) => name.trim().toLowerCase());
  const columns = COLUMNS.flatMap((column): [Column, number][] => {
    if (names.indexOf(column) !== names.lastIndexOf(column)) throw badHeader();
    return names.includes(column) ? [[column, names.indexOf(column)]] : [];
  });
  if (!names.includes("email")) throw badHeader();
  return { width: names.length, columns: new Map(columns) };
}

const badHeader = () =>
  new ServiceError("VALIDATION_ERROR", {
    message: `The first row has to name the columns, each once: ${COLUMNS.join(",")}. All but email may be left out.`,
    details: [{ path: "file", message: `must begin with the row ${COLUMNS.join(",")}` }],
  });

function readRecord(row: number, record: readonly string[], { width, columns }: Header): FileRow {
  // A separator within a text has moved what stands behind it.
  if (record.slice(width).some(isFilled)) {
    const message = "The row has more cells than the header. Put a text that holds a separator into quotes.";
    return { row, field: "row", message };
  }
  const cell = (column: Column): string | undefined => {
    const value = readCsvCell(record[columns.get(column) ?? -1] ?? "");
    return value === "" ? undefined : value;
  };
  return {
    row,
    email: (cell("email") ?? "").trim(),
    name: cell("name"),
    notes: cell("notes"),
    tags: cell("tags")
      ?.split(";")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
  };
}
