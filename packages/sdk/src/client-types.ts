import type { CallOptions } from "./call-options.ts";
import type { CrmEvent, SubscribeOptions, Subscription } from "./events/subscribe.ts";
import type { FileCalls } from "./file-types.ts";
import type { ProcedureKind } from "./procedures/kinds.ts";
import type { Procedures } from "./procedures.ts";
import type { Procedure, Routes } from "./server-types.ts";

type WithoutCursor<Input> = Input extends object ? Omit<Input, "cursor"> : Input;

type Arguments<Input> = undefined extends Input
  ? [options?: CallOptions] | [input: undefined, options?: CallOptions]
  : Record<string, never> extends Input
    ? [input?: Input, options?: CallOptions]
    : [input: Input, options?: CallOptions];

/** A list, page by page, and as a whole. */
interface AllPages<Input, Item> {
  /**
   * Every item of every page, fetched as one goes along; `limit` is the size of a page.
   * @example
   * ```ts
   * for await (const contact of crm.contacts.list.all({ tag: "vip", limit: 100 })) console.log(contact.email);
   * ```
   */
  all(...args: Arguments<WithoutCursor<Input>>): AsyncIterableIterator<Item>;
}

type Call<Input, Output> = ((...args: Arguments<Input>) => Promise<Output>) &
  (Output extends { items: readonly (infer Item)[]; nextCursor: string | null } ? AllPages<Input, Item> : unknown);

/** Made of the names of `Procedures`, whose comments an editor shows for them. */
type ClientOf<Kinds, Tree, Own> = {
  readonly [Name in keyof Kinds]: CallOf<Kinds[Name], Member<Tree, Name>, Member<Own, Name>>;
};

type CallOf<Kind, Route, Own> = Kind extends ProcedureKind
  ? Own extends Signature
    ? Own
    : Route extends Procedure
      ? Call<Route["input"], Route["output"]>
      : never
  : ClientOf<Kind, Route, Own>;

type Member<Tree, Name> = Name extends keyof Tree ? Tree[Name] : unknown;
type Signature = (...args: never[]) => unknown;

/**
 * The CRM's API as plain calls, and its live events. Ids are UUIDs (RFC 9562) save those of mail, instants ISO 8601 in UTC with milliseconds.
 * Besides what is said at each call, everything may reject with a `CrmError` of these codes: `VALIDATION_ERROR` (`details` name the fields),
 * `UNAUTHORIZED`, `FORBIDDEN`, `PASSWORD_CHANGE_REQUIRED`, `RATE_LIMITED`, `OVERLOADED`, `INTERNAL_ERROR`, and those of the client itself:
 * `NETWORK_ERROR`, `TIMEOUT`, `INVALID_RESPONSE`; writes also with `PAYLOAD_TOO_LARGE`, `ORIGIN_NOT_ALLOWED`, `IDEMPOTENCY_IN_PROGRESS` and
 * `IDEMPOTENCY_KEY_REUSED`.
 * @example
 * ```ts
 * async function nameOf(crm: CrmClient, id: string): Promise<string> {
 *   const { name, email } = await crm.contacts.get({ id });
 *   return name ?? email;
 * }
 * ```
 */
export type CrmClient = ClientOf<Procedures, Routes, FileCalls> & {
  readonly events: {
    /**
     * Follows what happens, without a gap over lost connections, until it is closed or the session has ended.
     * @example
     * ```ts
     * const { close } = crm.events.subscribe({
     *   types: ["email.received"],
     *   onEvent: ({ data }) => console.log(data.from[0]?.email, data.subject),
     *   onError: (error, { closed }) => console.warn(error.code, closed),
     * });
     * ```
     */
    subscribe<Type extends CrmEvent["type"]>(options: SubscribeOptions<Type>): Subscription;
  };
};

type DataOf<Tree, Direction extends "input" | "output"> = {
  [Name in keyof Tree]: Tree[Name] extends Procedure ? Tree[Name][Direction] : DataOf<Tree[Name], Direction>;
};

/**
 * What procedures take, by name.
 * @example
 * ```ts
 * const newContact: CrmInputs["contacts"]["add"] = { email: "eva@example.com", tags: ["customer"] };
 * ```
 */
export type CrmInputs = DataOf<Routes, "input">;
/**
 * What procedures answer, by name.
 * @example
 * ```ts
 * type Contact = CrmOutputs["contacts"]["list"]["items"][number];
 * const byAddress = new Map<string, Contact>();
 * ```
 */
export type CrmOutputs = DataOf<Routes, "output">;
