import { ServiceError, WrittenPage } from "@crm/services";
import { aroundItems } from "./around-items.ts";
import type { ApiContext } from "./context.ts";
import { procedureTable } from "./procedure-table.ts";
import { runProcedure } from "./run-procedure.ts";
import { transformer } from "./transformer.ts";

/** Whether this is a procedure that only reads, and answers once. */
export const isTrpcRead = (name: string): boolean => procedureTable.get(name)?._def.type === "query";

/**
 * The body of tRPC's answer to one read: what its own handler would make, without the streams and header sets that it
 * goes through on the way.
 * @param input the text of the `input` parameter, or undefined
 * @throws ServiceError VALIDATION_ERROR for what is no JSON; TRPCError, of which `toServiceError` gives the coded one
 */
export async function trpcRead(
  name: string,
  ctx: ApiContext,
  input: string | undefined,
): Promise<string | Uint8Array<ArrayBuffer>> {
  const procedure = procedureTable.get(name);
  if (!procedure) throw new ServiceError("NOT_FOUND");
  const getRawInput = async () => (input ? parse(input) : undefined);
  const call = { ctx, getRawInput, path: name, type: "query", signal: undefined, batchIndex: 0 } as const;
  const data = await runProcedure(procedure, call);
  if (!(data instanceof WrittenPage)) return JSON.stringify({ result: { data: transformer.output.serialize(data) } });
  const after = `,"nextCursor":${JSON.stringify(data.nextCursor)}}}}}`;
  return aroundItems('{"result":{"data":{"json":{"items":', data, after);
}

function parse(text: string): unknown {
  try {
    return transformer.input.deserialize(JSON.parse(text));
  } catch {
    throw new ServiceError("VALIDATION_ERROR", { message: "The input is not plain JSON." });
  }
}
