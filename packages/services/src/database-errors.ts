/** The name of the unique index that a write ran into, or null. */
export const violatedUniqueIndex = (error: unknown): string | null => violated(error, "23505");

/** The name of the foreign key whose row a write found gone, or null. */
export const violatedForeignKey = (error: unknown): string | null => violated(error, "23503");

/** Drizzle wraps the driver's error. */
function violated(error: unknown, sqlState: string): string | null {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (typeof cause !== "object" || cause === null) return null;
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  return code === sqlState && typeof constraint === "string" ? constraint : null;
}

/** Makes `%`, `_` and `\` literal in a LIKE pattern. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
