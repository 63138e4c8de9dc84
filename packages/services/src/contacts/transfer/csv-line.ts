/** A line of CSV (RFC 4180). */
export const csvLine = (cells: readonly (string | null)[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/**
 * What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection"), in full width too. What has apostrophes
 * before it already gets one more, so that `readCsvCell` gives back exactly what was written.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

function csvCell(value: string | null): string {
  if (value === null) return "";
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A cell without the apostrophe that `csvLine` gave it. */
export const readCsvCell = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
