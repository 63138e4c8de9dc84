import type { AnyProcedure } from "@crm/api";
import { initTRPC, TRPCError } from "@trpc/server";
import { expect, it } from "vitest";
import { z } from "zod";
import { runProcedure } from "../src/run-procedure.ts";

const t = initTRPC.context<{ who: string; seen: string[] }>().create();

const procedure = t.procedure
  .use(({ ctx, path, type, next }) => {
    ctx.seen.push(`${type} ${path}`);
    return next({ ctx: { who: `${ctx.who}!` } });
  })
  .input(z.object({ wanted: z.string() }))
  .use(async ({ ctx, input, getRawInput, next }) => {
    ctx.seen.push(`${input.wanted} of ${JSON.stringify(await getRawInput())}`);
    const result = await next();
    ctx.seen.push(result.ok ? "ended well" : `ended with ${result.error.code}`);
    return result;
  })
  .output(z.object({ who: z.string() }))
  .query(({ ctx, input: { wanted } }) => {
    if (wanted === "an error") throw new Error("out of order");
    if (wanted === "a coded error") throw new TRPCError({ code: "CONFLICT", message: "taken" });
    return (wanted === "nonsense" ? { who: 1 } : { who: ctx.who, secret: 1 }) as never;
  }) as unknown as AnyProcedure;

it.each(["the name", "an error", "a coded error", "nonsense", 7])(
  "a procedure that is asked for %s does what it does when tRPC calls it",
  async (wanted) => {
    const run = async (how: (call: never) => Promise<unknown>) => {
      const ctx = { who: "eva", seen: [] as string[] };
      const raw = async () => ({ wanted, more: 1 });
      const call = { ctx, getRawInput: raw, path: "some.name", type: "query", signal: undefined, batchIndex: 0 };
      const outcome = await how(call as never).then(
        (data) => ({ data }),
        (error: TRPCError) => ({
          name: error.name,
          code: error.code,
          message: error.message,
          cause: error.cause?.name,
        }),
      );
      return { outcome, seen: ctx.seen };
    };
    const ours = await run((call) => runProcedure(procedure, call));
    expect(ours).toEqual(await run((call) => procedure(call)));
    expect(ours.seen).toContain("query some.name");
  },
);
