import type { DeliveryService } from "../delivery/delivery-service.ts";
import type { Account } from "../store/account.ts";
import type { Limits } from "./limits.ts";

export interface MethodContext {
  account: Account;
  limits: Limits;
  delivery: DeliveryService;
  /** Creation id → id, over the whole request (RFC 8620 §3.3). */
  createdIds: Map<string, string>;
  /** Answers that follow under the same call id, such as the implicit Email/set (RFC 8621 §7.5). */
  followUps: [name: string, answer: Record<string, unknown>][];
}

export type Method = (context: MethodContext, args: Record<string, unknown>) => Record<string, unknown>;

/** Turns `#creationId` into the id that was made for it; anything else, and an unknown one, stays as it is. */
export function resolveId(context: MethodContext, value: string): string {
  return value.startsWith("#") ? (context.createdIds.get(value.slice(1)) ?? value) : value;
}
