import { pageOf } from "@crm/schemas";
import { WrittenPage } from "@crm/services";
import type { z } from "zod";

/**
 * What a procedure gives that is a list. A page that the database wrote passes as it stands: what is in it was settled
 * where it is written. The rows of any other are looked at.
 */
export function pageOutput<Item extends z.ZodType>(item: Item) {
  const page = pageOf(item);
  const parse = page.parse.bind(page);
  // tRPC takes this one. Zod's own would walk the rows without the code that it compiles for `parse`, at twice the cost.
  page.parseAsync = async (value) =>
    value instanceof WrittenPage ? (value as ReturnType<typeof parse>) : parse(value);
  return page;
}
