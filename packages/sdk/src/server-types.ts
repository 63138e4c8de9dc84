import type { AppRouter } from "@crm/api";
import type {
  AnyTRPCProcedure,
  AnyTRPCSubscriptionProcedure,
  inferProcedureInput,
  inferProcedureOutput,
} from "@trpc/server";

// All that this package takes from the server: types, and these alone. The build writes them out in full
// (write-declarations.mjs), so that what is published names no package of the workspace.
export type { ErrorCode, ErrorDetail } from "@crm/schemas";

/** A procedure: what it takes and what it answers. */
export interface Procedure {
  type: "query" | "mutation";
  input: unknown;
  output: unknown;
}

// Streams are followed otherwise than called (events.subscribe).
type RoutesOf<Tree> = {
  [Name in keyof Tree as Tree[Name] extends AnyTRPCSubscriptionProcedure
    ? never
    : Name]: Tree[Name] extends AnyTRPCProcedure
    ? {
        type: Tree[Name]["_def"]["type"];
        input: inferProcedureInput<Tree[Name]>;
        output: inferProcedureOutput<Tree[Name]>;
      }
    : RoutesOf<Tree[Name]>;
};

/** The server's procedures by name. */
export type Routes = RoutesOf<AppRouter["_def"]["record"]>;
