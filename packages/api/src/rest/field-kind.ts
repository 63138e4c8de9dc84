import type { z } from "zod";

/** How a value that came as text (in a query) is to be read. */
export type FieldKind = "text" | "number" | "boolean" | "list";

const KINDS: Partial<Record<string, FieldKind>> = { number: "number", boolean: "boolean", array: "list" };

/** Looks through optional, default and the like; whatever is none of the others is text. */
export function fieldKind(schema: z.core.$ZodType): FieldKind {
  const def = schema._zod.def as { type: string; innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  const inner = def.innerType ?? def.in;
  return inner ? fieldKind(inner) : (KINDS[def.type] ?? "text");
}
