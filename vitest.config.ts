import { configDefaults, defineConfig } from "vitest/config";

// Packages are read from their source, so no build is needed before a test. Vitest's own environment runs globalSetup.
const resolve = { conditions: ["@crm/source"] };
const source = { resolve, ssr: { resolve }, environments: { ssr: { resolve }, __vitest__: { resolve } } };

/** Tests on one version of PostgreSQL; the services themselves are started once, by the root's globalSetup. */
function onPostgres(postgresVersion: "15" | "18", packages: string, apps: string) {
  return {
    ...source,
    test: {
      name: `postgres-${postgresVersion}`,
      include: [`packages/${packages}/test/**/*.test.ts`, `apps/${apps}/test/**/*.test.ts`],
      // The embedded PostgreSQL is version 18, whatever else the tests run on.
      exclude: [...configDefaults.exclude, ...(postgresVersion === "18" ? [] : ["packages/db/test/embedded/**"])],
      provide: { postgresVersion },
      testTimeout: 30_000,
      hookTimeout: 60_000,
    },
  };
}

export default defineConfig({
  ...source,
  test: {
    globalSetup: ["scripts/test-services.ts"],
    reporters: ["default", "./scripts/closing-line.ts"],
    maxWorkers: 2,
    projects: [onPostgres("18", "*", "*"), onPostgres("15", "{db,services}", "server")],
  },
});
