import { createTestDatabase, createUser as createUserRow } from "@crm/db/testing";
import { login, purgeExpired, seedAdmin } from "@crm/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caller, type House, openHouse } from "../auth/open-house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe("the first admin", () => {
  it("is made once, however many processes start at once, and signs in", async () => {
    const database = await createTestDatabase();
    const dependencies = { ...house.dependencies, db: database.db };
    const seeds = await Promise.all(Array.from({ length: 5 }, () => seedAdmin(dependencies, { username: "admin" })));
    const made = seeds.filter(({ created }) => created);
    expect(made).toHaveLength(1);
    const password = made[0]?.temporaryPassword ?? "";
    const input = { username: "admin", password, organization: "default", mode: "token" } as const;
    const { user, needsPasswordChange } = await login(dependencies, caller, input);
    expect([user.role, needsPasswordChange]).toEqual(["admin", true]);
    expect(await seedAdmin(dependencies, { username: "other" })).toMatchObject({ created: false });
    await database.drop();
  });

  it("is not made where the organization has people already", async () => {
    await createUserRow(house.database.db, { id: house.organizationId });
    expect(await seedAdmin(house.dependencies, { username: "late" })).toMatchObject({ created: false });
  });
});

describe("the purge", () => {
  it("takes what is long over and leaves what is alive", async () => {
    const { pool } = house.database;
    const alive = await house.moveIn();
    const over = await house.moveIn();
    await pool.query("UPDATE sessions SET ended_at = now() - interval '31 days' WHERE id = $1", [over.sessionId]);
    const insert = `INSERT INTO idempotency_keys (organization_id, user_id, key, request_hash, running_until, expires_at)
                    VALUES ($1, $2, $3, '', now(), now() + $4::interval)`;
    await pool.query(insert, [alive.organizationId, alive.userId, "old", "-1 hour"]);
    await pool.query(insert, [alive.organizationId, alive.userId, "new", "1 hour"]);
    expect(await purgeExpired(house.dependencies)).toEqual({ sessions: 1, idempotency_keys: 1 });
    expect((await pool.query("SELECT key FROM idempotency_keys")).rows).toEqual([{ key: "new" }]);
    expect((await pool.query("SELECT id FROM sessions")).rows).toEqual([{ id: alive.sessionId }]);
    expect(await purgeExpired(house.dependencies)).toEqual({});
  });
});
