import { boolean, id, integer, or, unsigned } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";

/** The paging arguments that every /query takes (RFC 8620 §5.5). */
export const pageArguments = {
  position: or(integer, 0),
  anchor: or(id, null),
  anchorOffset: or(integer, 0),
  limit: or(unsigned, null),
  calculateTotal: or(boolean, false),
};

interface Page {
  position: number;
  anchor: string | null;
  anchorOffset: number;
  limit: number | null;
  calculateTotal: boolean;
}

/** Cuts a page out of a whole result. @throws MethodError anchorNotFound */
export function pageOf(results: readonly string[], page: Page): { position: number; ids: string[]; total?: number } {
  let position = page.position < 0 ? Math.max(0, results.length + page.position) : page.position;
  if (page.anchor !== null) {
    const index = results.indexOf(page.anchor);
    if (index === -1) throw new MethodError("anchorNotFound");
    position = Math.max(0, index + page.anchorOffset);
  }
  const ids = results.slice(position, page.limit === null ? undefined : position + page.limit);
  return { position, ids, ...(page.calculateTotal ? { total: results.length } : {}) };
}
