import { boolean, isRecord, or, text } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";

type Key = string | number | boolean;

/** Compiles a list of Comparators (RFC 8620 §5.5). @throws MethodError unsupportedSort */
export function compileSort<T>(
  sort: unknown,
  keyOf: (property: string, comparator: Record<string, unknown>) => ((item: T) => Key) | null,
): ((a: T, b: T) => number) | null {
  if (sort === null || sort === undefined || (Array.isArray(sort) && sort.length === 0)) return null;
  if (!Array.isArray(sort)) throw new MethodError("invalidArguments", "sort must be a list");
  const comparators = sort.map((comparator: unknown) => {
    if (!isRecord(comparator)) throw new MethodError("invalidArguments", "sort holds Comparators");
    const property = text(comparator.property, "property");
    const key = keyOf(property, comparator);
    if (!key) throw new MethodError("unsupportedSort", `Cannot sort by ${property}`);
    checkCollation(comparator.collation);
    return { key, sign: or(boolean, true)(comparator.isAscending, "isAscending") ? 1 : -1 };
  });
  return (a, b) => {
    for (const { key, sign } of comparators) {
      const order = compareKeys(key(a), key(b));
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

function checkCollation(collation: unknown): void {
  if (collation === undefined || collation === null || collation === "i;unicode-casemap") return;
  throw new MethodError("unsupportedSort", `No collation ${String(collation)}`);
}

function compareKeys(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
