/** A contact as a file describes it; what is left out is not to be changed. */
export interface FileContact {
  /** From 1: after the header of a CSV, or the number of the vCard. */
  row: number;
  email: string;
  name?: string | undefined;
  notes?: string | undefined;
  tags?: string[] | undefined;
}

/** Why a row is not taken. */
export interface RowError {
  row: number;
  field: string;
  message: string;
}

export type FileRow = FileContact | RowError;

/** What became of a file. */
export interface ImportedContacts {
  created: number;
  updated: number;
  unchanged: number;
  errors: RowError[];
}

/** Text in pieces, so that reading a large file leaves room for other requests. */
export function* piecesOf(text: string, size = 65_536): Generator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}
