import type { AnyTRPCProcedure } from "@trpc/server";
import type { z } from "zod";
import { appRouter } from "./app-router.ts";
import type { ApiMeta } from "./meta.ts";
import type { Middleware } from "./run-procedure.ts";

/** A procedure as code sees it that treats them all alike. Called, it runs with everything that stands before it. */
export type AnyProcedure = AnyTRPCProcedure & {
  (options: object): Promise<unknown>;
  _def: {
    inputs: readonly z.ZodType[];
    output?: z.ZodType;
    meta?: ApiMeta;
    middlewares: readonly Middleware[];
  };
};

/**
 * Every procedure by its name, `contacts.list`. tRPC types each for itself and keeps these things of theirs out of its
 * public types; this is the one place that knows they are there.
 */
export const procedureTable: ReadonlyMap<string, AnyProcedure> = new Map(
  Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>),
);
