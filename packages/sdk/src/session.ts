import { type CrmError, isCrmError } from "./crm-error.ts";
import type { TokenStore, Tokens } from "./token-store.ts";
import type { Transport } from "./transport.ts";

/** When another client has just refreshed, its tokens may be a moment away from the store. Milliseconds. */
const RACE_POLL = { interval: 100, attempts: 20 };

export interface SessionOptions {
  transport: Transport;
  /** Null: the tokens are in cookies that scripts cannot see. */
  store: TokenStore | null;
  onSessionEnded?: (() => void) | undefined;
}

/** Keeps a client signed in: hands out access tokens, and exchanges them for new ones, once at a time. */
export class Session {
  readonly #transport: Transport;
  readonly #store: TokenStore | null;
  readonly #onSessionEnded: () => void;
  #refreshing: Promise<boolean> | null = null;
  /** Counts renewals, so that a call knows whether one happened since it was sent. */
  #generation = 0;

  constructor({ transport, store, onSessionEnded = () => {} }: SessionOptions) {
    this.#transport = transport;
    this.#store = store;
    this.#onSessionEnded = onSessionEnded;
  }

  /** Runs a call; when the access token is over, renews it and runs the call once more. */
  async run<Result>(call: (accessToken: string | null) => Promise<Result>): Promise<Result> {
    const generation = this.#generation;
    const used = await this.#accessToken();
    try {
      return await call(used);
    } catch (error) {
      if (!isCrmError(error, "UNAUTHORIZED")) throw error;
      const renewed = (await this.#renewedSince(generation, used)) || (await this.refresh());
      if (!renewed) throw error;
      return call(await this.#accessToken());
    }
  }

  /** Exchanges the refresh token. False when there is none or the session is over. @throws CrmError when it cannot be known */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#exchange().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Takes over tokens that came with an answer; in cookie mode there are none. */
  async keep(tokens: Tokens | undefined): Promise<void> {
    this.#generation += 1;
    if (tokens) await this.#store?.set(tokens);
  }

  async forget(): Promise<void> {
    this.#generation += 1;
    await this.#store?.clear();
  }

  async #accessToken(): Promise<string | null> {
    return (await this.#store?.get())?.accessToken ?? null;
  }

  async #renewedSince(generation: number, used: string | null): Promise<boolean> {
    if (this.#refreshing) return false;
    if (!this.#store) return generation !== this.#generation;
    const present = await this.#accessToken();
    // A store that takes its time may still tell the tokens of before a renewal that ended meanwhile.
    return present !== null && (present !== used || generation !== this.#generation);
  }

  async #exchange(): Promise<boolean> {
    const spent = this.#store ? ((await this.#store.get())?.refreshToken ?? null) : undefined;
    if (spent === null) return false;
    // A token that came alone cannot be renewed: it is over.
    if (spent === "") return this.#ended(spent);
    const input = spent === undefined ? {} : { refreshToken: spent };
    try {
      const output = await this.#transport({
        path: "auth.refresh",
        type: "mutation",
        input,
        accessToken: null,
        idempotencyKey: null,
      });
      await this.keep((output as { tokens?: Tokens }).tokens);
      return true;
    } catch (error) {
      if (isCrmError(error, "REFRESH_RACED")) return this.#afterRace(spent, error);
      if (isCrmError(error, "UNAUTHORIZED")) return this.#ended(spent);
      throw error;
    }
  }

  /** Somebody else holds the new tokens: they are in the cookies by now, or about to be in a shared store. */
  async #afterRace(spent: string | undefined, error: CrmError): Promise<boolean> {
    if (spent === undefined) {
      this.#generation += 1;
      return true;
    }
    for (let attempt = 0; attempt < RACE_POLL.attempts; attempt++) {
      const present = await this.#store?.get();
      if (present && present.refreshToken !== spent) return true;
      await new Promise((resolve) => setTimeout(resolve, RACE_POLL.interval));
    }
    // Used again later, the spent token would end the other client's session: it must not stay.
    await this.#ended(spent);
    throw error;
  }

  async #ended(spent: string | undefined): Promise<false> {
    const present = await this.#store?.get();
    if (present && present.refreshToken !== spent) return false;
    await this.forget();
    this.#onSessionEnded();
    return false;
  }
}
