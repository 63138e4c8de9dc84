import { or, positive, readArguments, text } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";
import type { MethodContext } from "../protocol/method.ts";
import type { Changes, DataType } from "../store/change-log.ts";

/** RFC 8620 §5.2. @throws MethodError cannotCalculateChanges when the state is unknown or forgotten. */
export function changesSince(
  context: MethodContext,
  args: Record<string, unknown>,
  type: DataType,
): Changes & { oldState: string } {
  const { sinceState, maxChanges } = readArguments(args, { sinceState: text, maxChanges: or(positive, null) });
  const changes = context.account.changes.changesSince(type, sinceState, maxChanges);
  if (!changes) throw new MethodError("cannotCalculateChanges");
  return { oldState: sinceState, ...changes };
}

/** The answer of a /changes that adds nothing to the standard. */
export function standardChanges(
  context: MethodContext,
  args: Record<string, unknown>,
  type: DataType,
): Record<string, unknown> {
  const { countsOnly: _, ...changes } = changesSince(context, args, type);
  return { accountId: context.account.id, ...changes };
}
