import { configDefaults, defineConfig } from "vitest/config";

// Packages are read from their source, so no build is needed before a test. Vitest's own environment runs globalSetup.
const resolve = { conditions: ["@crm/source"] };
const source = { resolve, ssr: { resolve }, environments: { ssr: { resolve }, __vitest__: { resolve } } };

/**
 * What starts the embedded PostgreSQL, which is version 18; what is about processes, callers or texts and not about what
 * they ask of the database. Every procedure is called on 15 all the same, by the tests of any input.
 */
const ONLY_ON_18 = [
  "packages/services/test/bodies/**",
  "packages/services/test/mail/faults.test.ts",
  "packages/db/test/embedded/**",
  "apps/server/test/{docs,process,sdk,tour}/**",
  "apps/server/test/env.test.ts",
  "apps/server/test/main-job/kill-in-sync.test.ts",
  "apps/server/test/http/{authorization-matrix,client-address,documents,mass-assignment,regular-expressions}.test.ts",
  "apps/server/test/accounts/{access-tokens,login-flood,who-exists}.test.ts",
];

/** Tests on one version of PostgreSQL; the services themselves are started once, by the root's globalSetup. */
function onPostgres(postgresVersion: "15" | "18", packages: string, apps: string) {
  return {
    ...source,
    test: {
      name: `postgres-${postgresVersion}`,
      include: [`packages/${packages}/test/**/*.test.ts`, `apps/${apps}/test/**/*.test.ts`],
      exclude: [...configDefaults.exclude, ...(postgresVersion === "18" ? [] : ONLY_ON_18)],
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
