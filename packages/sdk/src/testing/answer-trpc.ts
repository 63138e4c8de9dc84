import { errorOf } from "./wire.ts";

/**
 * Answers one call in tRPC's wire format.
 * @param answered what was answered to which idempotency key
 */
export async function answerTrpc(
  request: Request,
  answered: Map<string, string>,
  run: (procedure: string, input: unknown) => Promise<unknown>,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const procedure = pathname.replace(/^.*\/trpc\//, "");
  const text = request.method === "GET" ? searchParams.get("input") : await request.text();
  const { json: input } = JSON.parse(text || "{}") as { json?: unknown };
  const key = request.headers.get("idempotency-key");
  const repeated = key === null ? undefined : answered.get(key);
  if (repeated !== undefined) return jsonText(repeated);
  try {
    // Through JSON and back, so that no caller holds what the fake holds.
    const answer = JSON.stringify({ result: { data: { json: await run(procedure, input) } } });
    if (key !== null) answered.set(key, answer);
    return jsonText(answer);
  } catch (error) {
    return errorOf(error).asTrpc(procedure);
  }
}

const jsonText = (text: string) => new Response(text, { headers: { "content-type": "application/json" } });
