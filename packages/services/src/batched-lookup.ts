interface Waiting<Key, Value> {
  key: Key;
  resolve(value: Value | undefined): void;
  reject(error: unknown): void;
}

/**
 * Look-ups that are asked for in the same turn of the event loop go to the database as one. None waits for another
 * turn, and none is answered by a query that was sent before it was asked.
 */
export class BatchedLookup<Key, Value> {
  #waiting: Waiting<Key, Value>[] = [];

  /** @param load gives what it finds by the key's place among those it was asked for */
  constructor(private readonly load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>) {}

  find(key: Key): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ key, resolve, reject });
      if (count === 1) setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const values = await this.load(batch.map(({ key }) => key));
      for (const [index, { resolve }] of batch.entries()) resolve(values[index]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
