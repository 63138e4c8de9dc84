import { configDefaults, defineConfig } from "vitest/config";

// Packages are read from their source, so no build is needed before a test. Vitest's own environment runs globalSetup.
const resolve = { conditions: ["@crm/source"] };
const source = { resolve, ssr: { resolve }, environments: { ssr: { resolve }, __vitest__: { resolve } } };

/**
 * What runs again on the oldest version of PostgreSQL that we support: the tests of what is asked of it — its dialect, its
 * plans, its locks — and every procedure once. Callers, texts, streams, processes and mail servers are the same on both.
 */
const ALSO_ON_15 = [
  "packages/db/test/*.test.ts",
  "packages/services/test/{audit,rate-limits,search,users}/*.test.ts",
  "packages/services/test/auth/find-session.test.ts",
  "packages/services/test/contacts/{blocklist,list-contacts,lists,merge}.test.ts",
  "packages/services/test/mail/{reconcile,sync}.test.ts",
  "apps/server/test/accounts/{administration,encryption-keys,session-races}.test.ts",
  "apps/server/test/audit/audit-logs.test.ts",
  "apps/server/test/events/gapless.test.ts",
  "apps/server/test/http/{any-input,idempotency}.test.ts",
  "apps/server/test/main-job/main-job.test.ts",
  "apps/server/test/worker/*.test.ts",
];

/** Tests on one version of PostgreSQL; the services themselves are started once, by the root's globalSetup. */
function onPostgres(postgresVersion: "15" | "18", include: readonly string[]) {
  return {
    ...source,
    test: {
      name: `postgres-${postgresVersion}`,
      include: [...include],
      exclude: configDefaults.exclude,
      // A worker loads the code once for all its files; no test leaves anything behind in a module.
      isolate: false,
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
    projects: [onPostgres("18", ["{packages,apps}/*/test/**/*.test.ts"]), onPostgres("15", ALSO_ON_15)],
  },
});
