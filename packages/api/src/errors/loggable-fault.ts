/** What the database driver's wrapper adds to an error: the values of the query, whatever they were. */
interface QueryFault extends Error {
  query: string;
  params: unknown[];
}

/**
 * An unforeseen error as it may stand in a log. A failed query's message holds its parameters, and with them mail,
 * hashes and addresses; of those errors only the statement, the database's complaint and where it happened are kept.
 */
export function loggableFault(error: unknown): unknown {
  if (!isQueryFault(error)) return error;
  const { code, constraint, message } = (error.cause ?? {}) as { code?: string; constraint?: string; message?: string };
  const stack = error.stack?.slice(error.stack.indexOf("\n    at "));
  return { type: "QueryFault", message, code, constraint, query: error.query, stack };
}

const isQueryFault = (error: unknown): error is QueryFault =>
  error instanceof Error && "query" in error && typeof error.query === "string" && "params" in error;
