import { checkAnswer } from "./check-answer.ts";
import { JmapMethodError, JmapProtocolError } from "./errors.ts";
import { isRecord } from "./is-record.ts";
import type { Invocation } from "./jmap-client.ts";
import type { MethodAnswers } from "./mail-types.ts";

/** An answer: method name (or "error"), arguments, call id. */
export type ResponseInvocation = readonly [method: string, args: Record<string, unknown>, callId: string];

/** The answers to a request, in the server's order. One call may have several, under the same call id. */
export class JmapResponses {
  constructor(
    private readonly calls: readonly Invocation[],
    readonly all: readonly ResponseInvocation[],
  ) {}

  /**
   * What `method` answered under this call id.
   * @throws JmapMethodError when the call failed, JmapProtocolError when there is no such answer or it is malformed
   */
  get<Method extends keyof MethodAnswers>(callId: string, method: Method): MethodAnswers[Method];
  get(callId: string, method: string): Record<string, unknown>;
  get(callId: string, method: string): unknown {
    const answers = this.all.filter(([, , id]) => id === callId);
    const answer = answers.find(([name]) => name === method);
    if (answer) return checkAnswer(method, answer[1]);
    this.#throwErrorOf(answers, callId, method);
    throw new JmapProtocolError(`there is no answer to ${method} under the call id ${callId}`);
  }

  /** Throws if a call failed with an error of this type. */
  throwIfFailedWith(type: string): void {
    this.#throwErrorOf(this.all.filter(([, args]) => args.type === type));
  }

  #throwErrorOf(answers: readonly ResponseInvocation[], callId?: string, method?: string): void {
    const error = answers.find(([name]) => name === "error");
    if (!error) return;
    const [, { type, description }, id] = error;
    const called = this.calls.find(([, , known]) => known === id);
    throw new JmapMethodError(typeof type === "string" ? type : "unknown", {
      method: method ?? called?.[0] ?? "unknown",
      callId: callId ?? id,
      description: typeof description === "string" ? description.slice(0, 500) : undefined,
    });
  }
}

/**
 * Reads the answer to a request (RFC 8620 §3.4).
 * @throws JmapProtocolError when it is malformed, or speaks of another account than was asked about
 */
export function parseResponses(value: unknown, calls: readonly Invocation[]): JmapResponses {
  const responses = isRecord(value) ? value.methodResponses : undefined;
  if (!Array.isArray(responses)) throw new JmapProtocolError("the answer has no method responses");
  const accounts = new Map(calls.map(([, args, callId]) => [callId, (args as { accountId?: unknown }).accountId]));
  const all = responses.map((response: unknown): ResponseInvocation => {
    const [method, args, callId] = Array.isArray(response) ? response : [];
    if (typeof method !== "string" || !isRecord(args) || typeof callId !== "string") {
      throw new JmapProtocolError("a method response is malformed");
    }
    if (args.accountId !== undefined && args.accountId !== accounts.get(callId)) {
      throw new JmapProtocolError(`${method} answered for another account or another call`);
    }
    return [method, args, callId];
  });
  return new JmapResponses(calls, all);
}
