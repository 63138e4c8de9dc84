import { randomBytes } from "node:crypto";

export type DataType = "Mailbox" | "Email" | "Thread" | "EmailDelivery" | "EmailSubmission" | "Identity";
export const DATA_TYPES: readonly DataType[] = [
  "Mailbox",
  "Email",
  "Thread",
  "EmailDelivery",
  "EmailSubmission",
  "Identity",
];

interface Entry {
  createdAt: number;
  changedAt: number;
  destroyed: boolean;
  /** When more than a mailbox's counts changed last. */
  renamedAt: number;
  threadId: string | null;
}

export interface Changes {
  newState: string;
  hasMoreChanges: boolean;
  created: string[];
  updated: string[];
  destroyed: string[];
  /** Mailboxes only: nothing but counts changed. */
  countsOnly: boolean;
}

/**
 * Remembers what changed when, for /changes and push. One clock serves all types of an account;
 * a type's state is the clock of its last change, behind a mark that tells one run of the server from the next.
 */
export class ChangeLog {
  readonly #mark = randomBytes(4).toString("hex");
  readonly #entries = new Map<DataType, Map<string, Entry>>(DATA_TYPES.map((type) => [type, new Map()]));
  readonly #last = new Map<DataType, number>();
  #clock = 1;
  /** States before this are forgotten. */
  #floor = 0;

  record(
    type: DataType,
    id: string,
    kind: "created" | "updated" | "counts" | "destroyed",
    threadId: string | null = null,
  ): void {
    this.#clock += 1;
    this.#last.set(type, this.#clock);
    const entries = this.#entries.get(type) as Map<string, Entry>;
    const known = entries.get(id);
    // Taken out and put back in, the map stays in the order of changedAt.
    entries.delete(id);
    entries.set(id, {
      createdAt: kind === "created" ? this.#clock : (known?.createdAt ?? 0),
      changedAt: this.#clock,
      destroyed: kind === "destroyed",
      renamedAt: kind === "counts" ? (known?.renamedAt ?? 0) : this.#clock,
      threadId: threadId ?? known?.threadId ?? null,
    });
  }

  state(type: DataType): string {
    return `${this.#mark}-${this.#last.get(type) ?? 1}`;
  }

  /** Where the account stands as a whole; the id of a push event. */
  position(): string {
    return `${this.#mark}-${this.#clock}`;
  }

  /** The types that changed after a position; all of them when the position is not of this run. */
  typesSince(position: string): DataType[] {
    const since = this.#parse(position);
    return since === null ? [...DATA_TYPES] : DATA_TYPES.filter((type) => (this.#last.get(type) ?? 1) > since);
  }

  /** @returns null when the state is unknown or forgotten: cannotCalculateChanges (RFC 8620 §5.2). */
  changesSince(type: DataType, state: string, maxChanges: number | null): Changes | null {
    const since = this.#parse(state);
    if (since === null || since < this.#floor || since > (this.#last.get(type) ?? 1)) return null;
    const changes: Changes = {
      newState: this.state(type),
      hasMoreChanges: false,
      created: [],
      updated: [],
      destroyed: [],
      countsOnly: true,
    };
    let count = 0;
    let reached = since;
    for (const [id, entry] of this.#after(type, since)) {
      const isNew = entry.createdAt > since;
      if (!(isNew && entry.destroyed)) {
        if (maxChanges !== null && count >= maxChanges) {
          return { ...changes, newState: `${this.#mark}-${reached}`, hasMoreChanges: true };
        }
        count += 1;
        changes[entry.destroyed ? "destroyed" : isNew ? "created" : "updated"].push(id);
        if (entry.renamedAt > since) changes.countsOnly = false;
      }
      reached = entry.changedAt;
    }
    return changes;
  }

  /** The threads in which anything happened since; emails that are gone included. */
  threadsTouchedSince(state: string): Set<string> | null {
    const since = this.#parse(state);
    if (since === null || since < this.#floor || since > (this.#last.get("Email") ?? 1)) return null;
    const touched = new Set<string>();
    for (const [, entry] of this.#after("Email", since)) if (entry.threadId) touched.add(entry.threadId);
    return touched;
  }

  /** The emails of these threads that no longer exist but may still be in a client's list. */
  destroyedSince(state: string): string[] {
    const since = this.#parse(state) ?? 0;
    return [...this.#after("Email", since)].filter(([, entry]) => entry.destroyed).map(([id]) => id);
  }

  /** Forgets the past, as servers do after a while: every older state is cannotCalculateChanges from now on. */
  forget(): void {
    this.#clock += 1;
    this.#floor = this.#clock;
    for (const type of DATA_TYPES) {
      this.#last.set(type, this.#clock);
      const entries = this.#entries.get(type) as Map<string, Entry>;
      for (const [id, entry] of entries) if (entry.destroyed) entries.delete(id);
    }
  }

  *#after(type: DataType, since: number): Generator<[string, Entry]> {
    for (const [id, entry] of this.#entries.get(type) as Map<string, Entry>)
      if (entry.changedAt > since) yield [id, entry];
  }

  #parse(state: string): number | null {
    const [mark, clock] = state.split("-");
    return mark === this.#mark && clock !== undefined && /^\d{1,15}$/.test(clock) ? Number(clock) : null;
  }
}
