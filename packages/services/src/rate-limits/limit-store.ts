/** What is asked of a counter. */
export interface Take {
  key: string;
  /** Calls that are waiting for a yes. As many are granted as are left. */
  need: number;
  /** More to have at hand. At most an eighth of what is left beyond `need` is granted of it. */
  extra: number;
  limit: number;
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

/** Counters that every process shares. Each call is atomic, and no window ever grants more than its limit. */
export interface LimitStore {
  take(request: Take): Promise<Taken>;
  /** Ends the holding of `held` points, and of them gives `unused` back. Of a window that is over, nothing. */
  settle(key: string, windowEnd: number, held: number, unused: number): Promise<void>;
  /** Forgives all points of the window but those others hold; `held` are the caller's own. */
  forgive(key: string, windowEnd: number, held: number): Promise<void>;
  close(): Promise<void>;
}
