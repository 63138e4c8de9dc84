import type { Environment } from "./variables.ts";

/** DATABASE_URL, or the URL that DB_HOST and its like make; null when none of them is set. */
export function databaseUrlFrom(env: Environment): string | null {
  if (env.DATABASE_URL !== undefined) return env.DATABASE_URL;
  const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME } = env;
  if ([DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME].every((value) => value === undefined)) return null;
  const user = encodeURIComponent(DB_USER ?? "postgres");
  const password = DB_PASSWORD === undefined ? "" : `:${encodeURIComponent(DB_PASSWORD)}`;
  return `postgres://${user}${password}@${DB_HOST ?? "localhost"}:${DB_PORT ?? 5432}/${encodeURIComponent(DB_NAME ?? "crm")}`;
}
