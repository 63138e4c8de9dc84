import { CORE, methods } from "../methods/methods.ts";
import { isRecord } from "./arguments.ts";
import { MethodError, RequestError } from "./errors.ts";
import type { Method, MethodContext } from "./method.ts";
import { type Invocation, resolveReferences } from "./result-references.ts";

interface JmapRequest {
  using: string[];
  methodCalls: Invocation[];
  createdIds?: Record<string, string>;
}

/** Runs the calls of a request in order (RFC 8620 §3.3); a failing one answers `error` and the next goes on. */
export function runRequest(
  context: Omit<MethodContext, "createdIds" | "followUps">,
  body: unknown,
  sessionState: string,
) {
  const request = readRequest(body);
  for (const capability of request.using) {
    if (!Object.hasOwn(methods, capability))
      throw new RequestError("unknownCapability", 400, `Unknown capability ${capability}`);
  }
  if (request.methodCalls.length > context.limits.maxCallsInRequest) {
    throw new RequestError("limit", 400, "Too many method calls", { limit: "maxCallsInRequest" });
  }
  const createdIds = new Map(Object.entries(request.createdIds ?? {}));
  const methodResponses: Invocation[] = [];
  for (const [name, args, callId] of request.methodCalls) {
    const callContext: MethodContext = { ...context, createdIds, followUps: [] };
    methodResponses.push(runCall(callContext, request.using, name, args, callId, methodResponses));
    for (const [followUp, answer] of callContext.followUps) methodResponses.push([followUp, answer, callId]);
  }
  return {
    methodResponses,
    ...(request.createdIds ? { createdIds: Object.fromEntries(createdIds) } : {}),
    sessionState,
  };
}

function runCall(
  context: MethodContext,
  using: readonly string[],
  name: string,
  args: Record<string, unknown>,
  callId: string,
  earlier: readonly Invocation[],
): Invocation {
  try {
    const method = findMethod(using, name);
    const resolved = resolveReferences(args, earlier);
    if (name !== "Core/echo") checkAccount(context, resolved.accountId);
    return [name, method(context, resolved), callId];
  } catch (error) {
    if (error instanceof MethodError) {
      return ["error", { type: error.type, description: error.message, ...error.extra }, callId];
    }
    console.error(`demo-mail: ${name} failed`, error);
    return ["error", { type: "serverFail", description: "The server failed at this call" }, callId];
  }
}

function findMethod(using: readonly string[], name: string): Method {
  for (const capability of new Set([CORE, ...using])) {
    const offered = methods[capability];
    if (offered && Object.hasOwn(offered, name)) return offered[name] as Method;
  }
  throw new MethodError("unknownMethod", `No method ${name} among the capabilities in use`);
}

function checkAccount({ account }: MethodContext, accountId: unknown): void {
  if (typeof accountId !== "string") throw new MethodError("invalidArguments", "accountId must be an Id");
  if (accountId !== account.id) throw new MethodError("accountNotFound");
}

function readRequest(body: unknown): JmapRequest {
  const isInvocation = (call: unknown): boolean =>
    Array.isArray(call) &&
    call.length === 3 &&
    typeof call[0] === "string" &&
    isRecord(call[1]) &&
    typeof call[2] === "string";
  const isRequest =
    isRecord(body) &&
    Array.isArray(body.using) &&
    body.using.every((capability) => typeof capability === "string") &&
    Array.isArray(body.methodCalls) &&
    body.methodCalls.every(isInvocation) &&
    (body.createdIds === undefined || isRecord(body.createdIds));
  if (!isRequest) throw new RequestError("notRequest", 400, "The body is JSON, but no JMAP request");
  // Checked field by field above, which the compiler cannot follow.
  return body as unknown as JmapRequest;
}
