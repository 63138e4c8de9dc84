/** How much is made room for at once, in octets; more where a value is larger. */
const CAPACITY = 256 * 1024;
/** Octets of a UTF-16 code unit at most, in UTF-8. */
const OCTETS_PER_UNIT = 3;

const SIGNATURE = "PGCOPY\n\xff\r\n\0";
/** The length of a value that is null, and the number of values of the row that is the end. */
const NONE = -1;

/** PostgreSQL counts microseconds from here. */
const EPOCH = Date.UTC(2000, 0, 1);

/** The version that a jsonb value begins with. */
const JSONB_VERSION = 1;

/** Where in a UUID the two characters of each octet are. */
const UUID_OCTETS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/** What a character that is no hexadecimal digit stands for: too little for the other one to make up for. */
const NO_NIBBLE = -256;
const NIBBLES = Int16Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NO_NIBBLE : digit;
});
const nibbleAt = (text: string, at: number): number => NIBBLES[text.charCodeAt(at)] ?? NO_NIBBLE;

const OID = { smallint: 21, text: 25, uuid: 2950 } as const;

/** How values of a type, as Drizzle names it, are written; the formats are those of PostgreSQL's `*_recv` functions. */
const WRITERS: Readonly<Record<string, (writer: CopyWriter, value: never) => void>> = {
  text: (writer, value: string) => writer.text(value),
  uuid: (writer, value: string) => writer.uuid(value),
  boolean: (writer, value: boolean) => writer.integer(1, value ? 1 : 0),
  smallint: (writer, value: number) => writer.integer(2, value),
  integer: (writer, value: number) => writer.integer(4, value),
  "timestamp (3) with time zone": (writer, value: string) => writer.instant(value),
  jsonb: (writer, value: unknown) => writer.json(value),
  "smallint[]": (writer, value: readonly number[]) =>
    writer.array(OID.smallint, value, (element) => writer.integer(2, element)),
  "text[]": (writer, value: readonly string[]) => writer.array(OID.text, value, (element) => writer.text(element)),
  "uuid[]": (writer, value: readonly string[]) => writer.array(OID.uuid, value, (element) => writer.uuid(element)),
};

export interface CopiedColumn {
  /** Of the values, in each row. */
  key: string;
  /** As Drizzle names it. */
  type: string;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Rows in the binary format of COPY (PostgreSQL, COPY, "Binary Format"): the length of each value, then the value.
 * Nothing is escaped, and nothing parsed.
 */
export class CopyWriter {
  #buffer = Buffer.allocUnsafe(CAPACITY);
  #end = 0;
  /** How every row begins: how many values it has, and those of them that are the same in all. */
  readonly #beginning: Buffer;
  readonly #columns: readonly { key: string; write: (writer: CopyWriter, value: never) => void }[];

  /**
   * @param shared columns that come first, with values that are the same in each row
   * @param columns the others
   */
  constructor(shared: { columns: readonly CopiedColumn[]; values: Row }, columns: readonly CopiedColumn[]) {
    this.#columns = shared.columns.map(withWriter);
    this.#int16(shared.columns.length + columns.length);
    this.#values(shared.values);
    this.#beginning = this.take();
    this.#columns = columns.map(withWriter);
    this.#end = this.#buffer.write(SIGNATURE, "latin1");
    // Neither flags nor an extension.
    this.#int32(0);
    this.#int32(0);
  }

  /** Octets that can be taken. */
  get size(): number {
    return this.#end;
  }

  row(values: Row): void {
    this.#reserve(this.#beginning.length);
    this.#buffer.set(this.#beginning, this.#end);
    this.#end += this.#beginning.length;
    this.#values(values);
  }

  end(): void {
    this.#int16(NONE);
  }

  /** What was written since this was last called. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#end);
    this.#buffer = Buffer.allocUnsafe(CAPACITY);
    this.#end = 0;
    return taken;
  }

  text(value: string): void {
    const lengthAt = this.#begin(OCTETS_PER_UNIT * value.length);
    this.#end += this.#buffer.write(value, this.#end);
    this.#close(lengthAt);
  }

  json(value: unknown): void {
    const text = JSON.stringify(value);
    const lengthAt = this.#begin(1 + OCTETS_PER_UNIT * text.length);
    this.#buffer[this.#end++] = JSONB_VERSION;
    this.#end += this.#buffer.write(text, this.#end);
    this.#close(lengthAt);
  }

  uuid(value: string): void {
    this.#int32(16);
    this.#reserve(16);
    for (const at of UUID_OCTETS) {
      const octet = 16 * nibbleAt(value, at) + nibbleAt(value, at + 1);
      if (octet < 0) throw new TypeError("an id is no UUID");
      this.#buffer[this.#end++] = octet;
    }
  }

  /** @param value ISO 8601, to the millisecond */
  instant(value: string): void {
    const time = Date.parse(value);
    if (Number.isNaN(time)) throw new TypeError("a time is no instant");
    this.#int32(8);
    this.#reserve(8);
    this.#end = this.#buffer.writeBigInt64BE(BigInt(time - EPOCH) * 1_000n, this.#end);
  }

  /** @param octets how many of them */
  integer(octets: 1 | 2 | 4, value: number): void {
    this.#int32(octets);
    this.#reserve(octets);
    this.#end = this.#buffer.writeIntBE(value, this.#end, octets);
  }

  array<Value>(type: number, values: readonly Value[], write: (value: Value) => void): void {
    const lengthAt = this.#begin(0);
    this.#int32(values.length === 0 ? 0 : 1);
    // Nulls are in none of them.
    this.#int32(0);
    this.#int32(type);
    if (values.length > 0) {
      this.#int32(values.length);
      // The first has the number 1.
      this.#int32(1);
      for (const value of values) write(value);
    }
    this.#close(lengthAt);
  }

  #values(row: Row): void {
    for (const { key, write } of this.#columns) {
      const value = row[key];
      if (value === null || value === undefined) this.#int32(NONE);
      else write(this, value as never);
    }
  }

  /** Begins a value whose length is known once it is written. @returns where the length is to stand */
  #begin(most: number): number {
    this.#reserve(4 + most);
    const lengthAt = this.#end;
    this.#end += 4;
    return lengthAt;
  }

  #close(lengthAt: number): void {
    this.#buffer.writeInt32BE(this.#end - lengthAt - 4, lengthAt);
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#end = this.#buffer.writeInt16BE(value, this.#end);
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  #reserve(octets: number): void {
    if (this.#end + octets <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#end + octets));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

function withWriter({ key, type }: CopiedColumn) {
  const write = WRITERS[type];
  if (!write) throw new TypeError(`nobody has said yet how a column of the type ${type} is copied`);
  return { key, write };
}
