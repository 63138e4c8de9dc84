import type { Circle } from "../people.ts";

export type AttachmentKind = "offer" | "invoice" | "proof" | "photo" | "prices" | "logo" | "contract" | "statement";

/**
 * One message of a conversation. In texts `{a|b}` is a choice, `[m/f]` the form for the other person's gender and `$name` a fact
 * of the conversation (product, amount, price …). Greeting and signature come by themselves, unless `bare`.
 */
export interface Turn {
  by: "them" | "me";
  text: string;
  /** Hours since the message before, from and to; a working day later when left out. */
  after?: readonly [number, number];
  attach?: readonly AttachmentKind[];
  bare?: boolean;
  /** Brings a colleague into Cc. */
  cc?: boolean;
}

export interface Scenario {
  subject: string;
  with: readonly Circle[];
  language: "sk" | "cs" | "en";
  tone?: "formal" | "informal";
  /** The one person whom it fits, by address. */
  only?: string;
  turns: readonly Turn[];
  /** How often it may come up. @default 3 */
  atMost?: number;
}
