import { randomBytes } from "node:crypto";
import { type Connection, connect } from "@crm/db";
import { createOrganization, createUser as createUserRow, races } from "@crm/db/testing";
import { type Actor, changeRole, createDependencies, type Dependencies, deleteUser } from "@crm/services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { caller, type House, openHouse } from "../auth/open-house.ts";

/** Each time both act at once; a single round proves little. */
const ROUNDS = 500;

let house: House;
/** A second process on the same database. */
let elsewhere: Dependencies;
let connection: Connection;
beforeAll(async () => {
  house = await openHouse();
  connection = connect({ url: house.database.url, maxConnections: 5 });
  elsewhere = createDependencies({
    db: connection.db,
    logger: house.dependencies.logger,
    signingKeys: [{ id: "test", secret: randomBytes(32) }],
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    mailServers: {},
  });
});
afterAll(async () => {
  await connection.close();
  await house.close();
});

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: { code?: string }) => error.code ?? error,
  );

let organization: { id: string };
beforeEach(async () => {
  organization = await createOrganization(house.database.db);
});

async function appoint(role: "admin" | "member" = "admin"): Promise<Actor> {
  const { id: userId, organizationId, username } = await createUserRow(house.database.db, organization, { role });
  return { ...caller, organizationId, userId, username, role, sessionId: null, passwordDue: false };
}

const demote = (dependencies: Dependencies, by: Actor, whom: Actor) =>
  codeOf(changeRole(dependencies, by, { userId: whom.userId, role: "member" }));
const remove = (dependencies: Dependencies, by: Actor, whom: Actor) =>
  codeOf(deleteUser(dependencies, by, { userId: whom.userId }));

async function adminsLeft(): Promise<number> {
  const { rows } = await house.database.pool.query("SELECT FROM users WHERE organization_id = $1 AND role = 'admin'", [
    organization.id,
  ]);
  return rows.length;
}

describe("the last admin", () => {
  it("stays when two admins demote each other at once", async () => {
    const [one, other] = [await appoint(), await appoint()];
    for (let round = 0; round < ROUNDS; round++) {
      const codes = await Promise.all([demote(house.dependencies, one, other), demote(elsewhere, other, one)]);
      expect(codes.toSorted(), `round ${round}`).toEqual(["LAST_ADMIN", "done"]);
      expect(await adminsLeft()).toBe(1);
      await house.database.pool.query("UPDATE users SET role = 'admin' WHERE organization_id = $1", [organization.id]);
    }
  }, 120_000);

  it("stays when one is deleted while the other is demoted", async () => {
    for (let round = 0; round < races(50); round++) {
      const [one, other] = [await appoint(), await appoint()];
      const codes = await Promise.all([remove(house.dependencies, one, other), demote(elsewhere, other, one)]);
      expect(codes.toSorted(), `round ${round}`).toEqual(["LAST_ADMIN", "done"]);
      expect(await adminsLeft()).toBe(1);
      await house.database.pool.query("DELETE FROM users WHERE organization_id = $1", [organization.id]);
    }
  }, 600_000);

  it("can neither step down nor go, however many members and other organizations there are", async () => {
    const admin = await appoint();
    await appoint("member");
    await createUserRow(house.database.db, await createOrganization(house.database.db), { role: "admin" });
    expect(await demote(house.dependencies, admin, admin)).toBe("LAST_ADMIN");
    expect(await remove(house.dependencies, admin, admin)).toBe("LAST_ADMIN");
    await appoint();
    expect(await remove(house.dependencies, admin, admin)).toBe("done");
  });
});
