import { type Placeholder, type SQL, type SQLWrapper, sql } from "drizzle-orm";

/**
 * Whether a folded column (`crm_fold`) contains a text, whatever the case and the diacritics of either. The text is
 * folded before its wildcards are made literal: folding makes `%` of a full-width `％`.
 */
export const containsFolded = (column: SQLWrapper, text: string | Placeholder): SQL<boolean> =>
  sql`${column} LIKE '%' || regexp_replace(crm_fold(${text}), '[\\\\%_]', '\\\\\\&', 'g') || '%'`;
