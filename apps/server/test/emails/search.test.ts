import { addContact, buildSearchDocuments, removeContact, syncNow } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, FACES, PROCEDURES } from "../http/call-procedure.ts";
import { openWorld, type Person, type World } from "../http/open-world.ts";

const search = PROCEDURES.find(({ name }) => name === "emails.search");
if (!search) throw new Error("there is no search");

let world: World;
let person: Person;
let token: string;
beforeAll(async () => {
  world = await openWorld();
  person = await world.moveIn();
  token = await person.token();
  await world.settle(person, 3);
  await buildSearchDocuments(world.server.dependencies);
});
afterAll(() => world.close());

type Page = { items: { subject: string; snippet: string }[]; nextCursor: string | null };
const page = ({ data }: Answer) => data as Page;

describe.each(Object.entries(FACES))("searching over %s", (_face, call) => {
  const ask = (input: unknown, as: string | null = token) => call(world.server.url, search, input, as);

  it("answers hits with their snippets, page after page", async () => {
    const first = page(await ask({ q: "MÁRKER fríend@x.test", limit: 2 }));
    expect(first.items).toHaveLength(2);
    expect(first.items[0]?.snippet).toMatch(/^<mark>marker<\/mark>-/);
    const second = page(await ask({ q: "MÁRKER fríend@x.test", limit: 2, cursor: first.nextCursor }));
    expect(second).toMatchObject({ items: [{ subject: expect.stringMatching(/^marker-/) }], nextCursor: null });
  });

  it("takes filters", async () => {
    const filters = { isRead: false, hasAttachment: true, from: "friend@x.test", to: "house" };
    expect(page(await ask({ q: "marker", ...filters })).items).toHaveLength(3);
    expect(page(await ask({ q: "marker", ...filters, from: "nobody@x.test" })).items).toEqual([]);
    expect(page(await ask({ q: "marker", ...filters, isRead: true })).items).toEqual([]);
    expect(page(await ask({ q: "marker -friend" })).items).toEqual([]);
  });

  it("finds nothing in what holds no word, and refuses what is no search", async () => {
    expect(page(await ask({ q: "'\"%_\\)(&|!:*" }))).toEqual({ items: [], nextCursor: null });
    for (const input of [
      {},
      { q: "" },
      { q: "a".repeat(201) },
      { q: "a\0" },
      { q: "a", cursor: "x" },
      { q: "a", order: 1 },
    ])
      expect(await ask(input), JSON.stringify(input)).toMatchObject({ status: 400, code: "VALIDATION_ERROR" });
    expect(await ask({ q: "a" }, null)).toMatchObject({ status: 401 });
  });
});

describe("what is found", () => {
  it("goes with the contact", async () => {
    const somebody = await world.moveIn();
    const { contactId, marker } = await world.settle(somebody);
    const { dependencies } = world.server;
    await buildSearchDocuments(dependencies);
    const found = async () =>
      page(await FACES.REST(world.server.url, search, { q: marker }, await somebody.token())).items.length;
    expect(await found()).toBe(1);
    await removeContact(dependencies, somebody.actor, { id: contactId });
    expect(await found()).toBe(0);
    await addContact(dependencies, somebody.actor, { email: "friend@x.test" });
    await syncNow(dependencies, somebody.actor);
    await buildSearchDocuments(dependencies);
    expect(await found()).toBe(1);
  });
});
