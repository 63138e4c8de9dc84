export { freePort } from "../embedded/free-port.ts";
export { createTemplateDatabase } from "./create-template-database.ts";
export { createTestDatabase, type TestDatabase } from "./create-test-database.ts";
export { createContact } from "./factories/create-contact.ts";
export { createMailAccount } from "./factories/create-mail-account.ts";
export { createOrganization } from "./factories/create-organization.ts";
export { createSession } from "./factories/create-session.ts";
export { createUser, TEST_PASSWORD } from "./factories/create-user.ts";
export type { PostgresCoordinates, PostgresVersion } from "./provided-context.ts";
