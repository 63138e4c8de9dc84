import type { CallOptions } from "./call-options.ts";
import type { CrmEvent, SubscribeOptions, Subscription } from "./events/subscribe.ts";
import type { FileCalls } from "./file-types.ts";
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
   * @example for await (const contact of crm.contacts.list.all({ tag: "vip" })) …
   */
  all(...args: Arguments<WithoutCursor<Input>>): AsyncIterableIterator<Item>;
}

type Call<Input, Output> = ((...args: Arguments<Input>) => Promise<Output>) &
  (Output extends { items: readonly (infer Item)[]; nextCursor: string | null } ? AllPages<Input, Item> : unknown);

type ClientOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Procedure
    ? Call<Tree[Name]["input"], Tree[Name]["output"]>
    : ClientOf<Tree[Name]>;
};

type ProceduresByInput = ClientOf<Routes>;
type Procedures = {
  readonly [Name in keyof ProceduresByInput]: Name extends keyof FileCalls
    ? Omit<ProceduresByInput[Name], keyof FileCalls[Name]> & FileCalls[Name]
    : ProceduresByInput[Name];
};

/** The CRM's API as plain calls: `crm.contacts.add({ … })`; and its live events. */
export type CrmClient = Procedures & {
  readonly events: {
    /**
     * Follows what happens, without a gap over lost connections, until it is closed or the session has ended.
     * @example const { close } = crm.events.subscribe({ onEvent: ({ type, data }) => console.log(type, data) });
     */
    subscribe<Type extends CrmEvent["type"]>(options: SubscribeOptions<Type>): Subscription;
  };
};

type DataOf<Tree, Direction extends "input" | "output"> = {
  [Name in keyof Tree]: Tree[Name] extends Procedure ? Tree[Name][Direction] : DataOf<Tree[Name], Direction>;
};

/** What procedures take, by name: `CrmInputs["contacts"]["add"]`. */
export type CrmInputs = DataOf<Routes, "input">;
/** What procedures answer, by name: `CrmOutputs["contacts"]["list"]["items"][number]`. */
export type CrmOutputs = DataOf<Routes, "output">;
