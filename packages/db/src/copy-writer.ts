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

const OID = { text: 25, uuid: 2950 } as const;

/** How values of a type, as Drizzle names it, are written; the formats are those of PostgreSQL's `*_recv` functions. */
const WRITERS: Readonly<Record<string, (writer: CopyWriter, value: never) => void>> = {
  text: (writer, value: string) => writer.text(value),
  uuid: (writer, value: string) => writer.uuid(value),
  boolean: (writer, value: boolean) => writer.integer(1, value ? 1 : 0),
  smallint: (writer, value: number) => writer.integer(2, value),
  integer: (writer, value: number) => writer.integer(4, value),
  "timestamp (3) with time zone": (writer, value: string) => writer.instant(value),
  jsonb: (writer, value: unknown) => writer.json(value),
  "text[]": (writer, value: readonly string[]) => writer.array(OID.text, value, (element) => writer.text(element)),
  "uuid[]": (writer, value: readonly string[]) => writer.array(OID.uuid, value, (element) => writer.uuid(element)),
};

/**
 * Rows in the binary format of COPY (PostgreSQL, COPY, "Binary Format"): the length of each value, then the value.
 * Nothing is escaped, and nothing parsed.
 */
export class CopyWriter {
  #buffer = Buffer.allocUnsafe(CAPACITY);
  #end = 0;
  readonly #writers: readonly ((writer: CopyWriter, value: never) => void)[];

  /** @param types of the columns, as Drizzle names them */
  constructor(types: readonly string[]) {
    this.#writers = types.map((type) => {
      const write = WRITERS[type];
      if (!write) throw new TypeError(`nobody has said yet how a column of the type ${type} is copied`);
      return write;
    });
    this.#end = this.#buffer.write(SIGNATURE, "latin1");
    // Neither flags nor an extension.
    this.#int32(0);
    this.#int32(0);
  }

  /** Octets that can be taken. */
  get size(): number {
    return this.#end;
  }

  /** @param values one a column */
  row(values: readonly unknown[]): void {
    this.#int16(this.#writers.length);
    for (let column = 0; column < this.#writers.length; column++) {
      const value = values[column];
      if (value === null || value === undefined) this.#int32(NONE);
      else this.#writers[column]?.(this, value as never);
    }
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
    this.#sized(OCTETS_PER_UNIT * value.length, () => this.#put(value));
  }

  json(value: unknown): void {
    const text = JSON.stringify(value);
    this.#sized(1 + OCTETS_PER_UNIT * text.length, () => {
      this.#end = this.#buffer.writeUInt8(JSONB_VERSION, this.#end);
      this.#put(text);
    });
  }

  uuid(value: string): void {
    this.#int32(16);
    this.#reserve(16);
    const octets = this.#buffer.write(value.replaceAll("-", ""), this.#end, "hex");
    if (octets !== 16) throw new TypeError("an id is no UUID");
    this.#end += octets;
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

  array(type: number, values: readonly string[], write: (value: string) => void): void {
    this.#sized(0, () => {
      this.#int32(values.length === 0 ? 0 : 1);
      // Nulls are in none of them.
      this.#int32(0);
      this.#int32(type);
      if (values.length === 0) return;
      this.#int32(values.length);
      // The first has the number 1.
      this.#int32(1);
      for (const value of values) write(value);
    });
  }

  /** A value whose length is known once it is written. */
  #sized(most: number, write: () => void): void {
    this.#reserve(4 + most);
    const begin = this.#end + 4;
    const lengthAt = this.#end;
    this.#end = begin;
    write();
    this.#buffer.writeInt32BE(this.#end - begin, lengthAt);
  }

  #put(text: string): void {
    this.#end += this.#buffer.write(text, this.#end);
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
