export { createFakeCrm, type FakeCrm } from "./create-fake-crm.ts";
export type { FakeCaller, FakeCrmOptions, FakeHandlers, FakePerson } from "./fake-types.ts";
