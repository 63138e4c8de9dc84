/** What is asked of one or more counters, the same of each. */
export interface Take {
  /** Each counts for itself: one may grant and another refuse. */
  of: readonly { key: string; limit: number }[];
  /** Calls that are waiting for a yes. As many are granted as are left. */
  need: number;
  /** More to have at hand. At most an eighth of what is left beyond `need` is granted of it. */
  extra: number;
  windowMs: number;
  /** What of the granted counts as held, that is, may still be given back. */
  holds: "all" | "extra";
  /** For how long it may, in milliseconds. */
  holdMs: number;
  /** Points that the caller held until now and has spent. */
  spent: number;
}

export interface Taken {
  granted: number;
  /** Taken of the window's allowance so far, by everybody. */
  points: number;
  /** Milliseconds for which somebody else may still give points back; 0 when nobody can. */
  heldFor: number;
  /** Milliseconds until the window ends. */
  resetIn: number;
  /** Tells this window of the key from the next; epoch milliseconds by the store's clock. */
  windowEnd: number;
}

/** The end of a holding. Of a window that is over it changes nothing. */
export interface Settlement {
  key: string;
  windowEnd: number;
  /** The caller's points that are held no longer. */
  held: number;
  /** How many of the window's points are given back; all: but for those that others hold. */
  unused: number | "all";
}

/** Counters that every process shares. Each is changed atomically, and no window ever grants more than its limit. */
export interface LimitStore {
  /** In the order of `of`; one round trip. */
  take(request: Take): Promise<Taken[]>;
  /** One round trip, too. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  close(): Promise<void>;
}
