import { createContact } from "@crm/db/testing";
import { contact as contactSchema } from "@crm/schemas";
import { type Actor, getContact, listContacts, updateContact } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type House, openHouse } from "../auth/open-house.ts";

type Query = Parameters<typeof listContacts>[2];

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes, 0, minutes * 10)).toISOString();
const NAMES = ["Žofia", "anna", 'Ján "Jano" \\ Horváth', null, "Zoe,\nwith {json: [1]}", "Anna", "100 % sure", "élan"];

let house: House;
let actor: Actor;
beforeAll(async () => {
  house = await openHouse();
  actor = await house.moveIn();
  const stranger = await house.moveIn();
  const { db } = house.database;
  for (const [index, name] of NAMES.entries()) {
    await createContact(
      db,
      { organizationId: actor.organizationId, id: actor.userId },
      {
        email: `c${index}@example.test`,
        name,
        notes: index === 2 ? 'a \u2028 "quoted" note\n' : null,
        tags: index % 2 === 0 ? ["vip", 'odd, "tag"'] : [],
        addedAt: at(Math.floor(index / 2)),
        lastEmailAt: index % 3 === 0 ? null : at(index),
        emailCount: index,
      },
    );
  }
  await createContact(db, { organizationId: stranger.organizationId, id: stranger.userId }, { name: "Anna" });
});
afterAll(() => house.close());

const list = (query: Partial<Query> = {}) =>
  listContacts(house.dependencies, actor, { sort: "-addedAt", limit: 50, ...query });

async function walk(query: Partial<Query>) {
  const items = [];
  for (let cursor: string | undefined, page = 0; page < 20; page++) {
    const { items: some, nextCursor } = await list({ ...query, ...(cursor !== undefined && { cursor }), limit: 3 });
    items.push(...some);
    if (nextCursor === null) return items;
    cursor = nextCursor;
  }
  throw new Error("the pages do not end");
}

describe("the list of contacts", () => {
  it("shows of each what asking for it alone shows, and nothing besides", async () => {
    const { items } = await list();
    expect(items).toHaveLength(NAMES.length);
    for (const item of items) {
      expect(item).toEqual(await getContact(house.dependencies, actor, { id: item.id }));
      expect(contactSchema.strict().parse(item)).toEqual(item);
    }
  });

  it("shows a change at once, in every order", async () => {
    const [first] = (await list()).items;
    const changed = await updateContact(house.dependencies, actor, { id: first?.id ?? "", notes: "called\nback" });
    for (const sort of ["-addedAt", "name", "-lastEmailDate"] as const) {
      expect((await list({ sort })).items.find(({ id }) => id === changed.id)).toEqual(changed);
    }
  });

  it("says whether there is more, whether the page is one contact or all but one", async () => {
    for (const limit of [1, NAMES.length - 1]) {
      const page = await list({ limit });
      expect(page.items).toHaveLength(limit);
      expect(page.nextCursor).not.toBeNull();
    }
    for (const limit of [NAMES.length, NAMES.length + 1]) {
      const page = await list({ limit });
      expect([page.items.length, page.nextCursor]).toEqual([NAMES.length, null]);
    }
    expect(JSON.parse(JSON.stringify(await list({ search: "nobody" })))).toEqual({ items: [], nextCursor: null });
  });

  it.each(["-addedAt", "name", "-lastEmailDate"] as const)("by %s is the same in pages and whole", async (sort) => {
    const whole = (await list({ sort })).items;
    expect(await walk({ sort })).toEqual(whole);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(NAMES.length);
  });

  it("is sorted as asked", async () => {
    const added = (await list()).items.map(({ addedAt }) => addedAt);
    expect(added).toEqual(added.toSorted().reverse());
    const mailed = (await list({ sort: "-lastEmailDate" })).items.map(({ lastEmailDate }) => lastEmailDate ?? "");
    expect(mailed).toEqual(mailed.toSorted().reverse());
    const names = (await list({ sort: "name" })).items.map(({ name }) => name);
    expect(names.slice(0, 1)).toEqual(["100 % sure"]);
    expect(names.at(-1)).toBe("Žofia");
  });

  it.each(["-addedAt", "name", "-lastEmailDate"] as const)("is filtered by search and tag, by %s", async (sort) => {
    const namesOf = async (query: Partial<Query>) =>
      (await walk({ sort, ...query })).map(({ name }) => name).toSorted();
    expect(await namesOf({ search: "ANNA" })).toEqual(["Anna", "anna"]);
    expect(await namesOf({ search: "%" })).toEqual(["100 % sure"]);
    expect(await namesOf({ search: "zofia", tag: "vip" })).toEqual(["Žofia"]);
    expect(await namesOf({ search: "anna", tag: "vip" })).toEqual([]);
    expect(await namesOf({ tag: "vip" })).toHaveLength(4);
    expect(await namesOf({ tag: 'odd, "tag"', search: "c2@" })).toEqual([NAMES[2]]);
  });
});
