import { isRecord } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";

/** Compiles AND, OR and NOT over the conditions of one type (RFC 8620 §5.5). */
export function compileFilter<T>(
  filter: unknown,
  compileCondition: (condition: Record<string, unknown>) => (item: T) => boolean,
  depth = 0,
): (item: T) => boolean {
  if (filter === null || filter === undefined) return () => true;
  if (!isRecord(filter) || depth > 50) throw new MethodError("invalidArguments", "filter must be an object");
  if (!Object.hasOwn(filter, "operator")) return compileCondition(filter);
  if (!Array.isArray(filter.conditions)) throw new MethodError("invalidArguments", "conditions must be a list");
  const tests = filter.conditions.map((condition) => compileFilter(condition, compileCondition, depth + 1));
  if (filter.operator === "AND") return (item) => tests.every((test) => test(item));
  if (filter.operator === "OR") return (item) => tests.some((test) => test(item));
  if (filter.operator === "NOT") return (item) => !tests.some((test) => test(item));
  throw new MethodError("unsupportedFilter", `No operator ${String(filter.operator)}`);
}
