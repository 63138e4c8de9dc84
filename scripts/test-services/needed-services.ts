export type ServiceKey = "postgres-18" | "postgres-15" | "cyrus" | "redis" | "chromium" | "crm";

/** Which tests need which service; the rest of the services stay off, so that a small run starts quickly. */
const NEEDED_BY: Readonly<Record<ServiceKey, RegExp>> = {
  "postgres-18": /\/(packages\/(db|services|api|sdk)|apps\/\w+)\/test\//,
  "postgres-15": /\/(packages\/(db|services)|apps\/server)\/test\//,
  cyrus: /\/(packages\/(jmap|demo-mail|services|sdk)|apps\/\w+)\/test\//,
  redis: /\/(packages\/services|apps\/server)\/test\//,
  chromium: /\/apps\/(web\/test|server\/test\/docs)\//,
  crm: /\/apps\/server\/test\/(process|main-job|tour)\//,
};

/**
 * What the tests of this run need.
 *
 * @param files paths of the test files
 * @param projects names of the vitest projects that run
 */
export function neededServices(files: readonly string[], projects: readonly string[]): Set<ServiceKey> {
  const keys = Object.keys(NEEDED_BY) as ServiceKey[];
  return new Set(
    keys
      .filter((key) => files.some((file) => NEEDED_BY[key].test(file)))
      .filter((key) => !key.startsWith("postgres-") || projects.includes(key)),
  );
}
