import { sessions } from "@crm/db";
import { createOrganization, createSession, createUser } from "@crm/db/testing";
import { authenticate } from "@crm/services";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { caller, type House, openHouse } from "./open-house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

it("sessions that are checked together, of two organizations and with ended ones among them, are told apart", async () => {
  const { db } = house.database;
  const { accessTokens } = house.dependencies;
  const one = { id: house.organizationId };
  const other = await createOrganization(db);
  const people = await Promise.all(
    [one, other, one, other].map(async (organization) => {
      const { organizationId, id: userId, username } = await createUser(db, organization);
      const [living, ended] = [
        await createSession(db, { organizationId, id: userId }),
        await createSession(db, { organizationId, id: userId }),
      ];
      await db.update(sessions).set({ endedAt: new Date().toISOString() }).where(eq(sessions.id, ended.id));
      return { organizationId, userId, username, living: living.id, ended: ended.id };
    }),
  );
  const [first, second] = people;
  if (!first || !second) throw new Error("nobody moved in");
  const wanted = people.flatMap(({ organizationId, userId, living, ended }) => [
    { organizationId, userId, sessionId: living },
    { organizationId, userId, sessionId: ended },
  ]);
  // Signed by us, but of things that do not belong together.
  wanted.push({ organizationId: first.organizationId, userId: second.userId, sessionId: first.living });
  wanted.push({ organizationId: second.organizationId, userId: first.userId, sessionId: first.living });
  const tokens = wanted.map((claims) => accessTokens.sign(claims));
  const check = () => Promise.all(tokens.map((token) => authenticate(house.dependencies, caller, token)));

  const expected = [...people.flatMap(({ username }) => [username, undefined]), undefined, undefined];
  expect((await check()).map((actor) => actor?.user?.username)).toEqual(expected);

  await db.delete(sessions).where(eq(sessions.id, first.living));
  expect((await check()).map((actor) => actor?.username)).toEqual([undefined, ...expected.slice(1)]);
});
