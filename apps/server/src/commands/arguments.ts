import type { z } from "zod";
import { UsageError } from "../usage-error.ts";

/** What was typed, as the schema has it. @throws UsageError that names the argument and its rule. */
export function checkArguments<Schema extends z.ZodType>(schema: Schema, typed: unknown): z.output<Schema> {
  const checked = schema.safeParse(typed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new UsageError(`${issue?.path.join(".") || "The command"}: ${issue?.message ?? "not valid"}.`);
}
