import "vitest";

/** The PostgreSQL versions that the tests run against. */
export type PostgresVersion = "15" | "18";

/**
 * The servers that run for the tests: `postgres://…` of a superuser, on the template database. Null where a version is
 * not there.
 */
export type PostgresCoordinates = Record<PostgresVersion, string | null>;

declare module "vitest" {
  interface ProvidedContext {
    postgres: PostgresCoordinates;
    /** Which of them the running vitest project is about. */
    postgresVersion: PostgresVersion;
  }
}
