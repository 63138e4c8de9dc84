/** What a call has to know of a procedure before it is sent. */
export interface ProcedureKind {
  type: "query" | "mutation";
  takesInput: boolean;
}

export type ProcedureTree = { readonly [name: string]: ProcedureKind | ProcedureTree };

export const read = { type: "query", takesInput: true } as const;
export const readAll = { type: "query", takesInput: false } as const;
export const write = { type: "mutation", takesInput: true } as const;
export const act = { type: "mutation", takesInput: false } as const;
