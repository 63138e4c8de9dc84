import { randomBytes, randomUUID } from "node:crypto";
import { connect } from "@crm/db";
import { createOrganization, createTestDatabase, createUser, type TestDatabase } from "@crm/db/testing";
import {
  type Actor,
  createDependencies,
  type Dependencies,
  listAuditLogs,
  updateMe,
  verifyAuditLogs,
} from "@crm/services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sealAuditLogs } from "../../src/audit/seal-audit-logs.ts";

const silent = () => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const signingKeys = [{ id: "test", secret: randomBytes(32) }] as const;
const encryptionKeys = [{ id: "test", key: randomBytes(32) }] as const;

let database: TestDatabase;
let dependencies: Dependencies;
let admin: Actor;

const dependenciesOn = (db: TestDatabase["db"]) =>
  createDependencies({ db, logger, signingKeys, encryptionKeys, mailServers: {} });

beforeAll(async () => {
  database = await createTestDatabase();
  dependencies = dependenciesOn(database.db);
});
afterAll(async () => {
  await dependencies.background.stop();
  await database.drop();
});
beforeEach(async () => {
  const organization = await createOrganization(database.db);
  const user = await createUser(database.db, organization, { role: "admin" });
  admin = {
    requestId: "test",
    ipAddress: "192.0.2.1",
    userAgent: "test",
    organizationId: organization.id,
    userId: user.id,
    username: user.username,
    role: "admin",
    sessionId: randomUUID(),
    passwordDue: false,
  };
});

const act = async (times: number) => {
  for (let time = 1; time <= times; time++) await updateMe(dependencies, admin, { firstName: `Name ${time}` });
};
const verify = () => verifyAuditLogs(dependencies, admin);
/** Ids of the chain's rows, in its order. */
const chain = async () => {
  const { rows } = await database.pool.query<{ id: string }>(
    "SELECT id FROM audit_logs WHERE organization_id = $1 ORDER BY sequence",
    [admin.organizationId],
  );
  return rows.map(({ id }) => id);
};
const tamper = (sql: string, ...values: unknown[]) =>
  database.pool.query(sql.replaceAll("THIS", `organization_id = '${admin.organizationId}'`), values);

describe("the audit log's chain", () => {
  it("is whole over everything that was written, also by several processes at once", async () => {
    const others = [1, 2, 3].map(() => connect({ url: database.url, maxConnections: 3 }));
    try {
      await act(20);
      const sealing = others.map(({ db }) => sealAuditLogs(dependenciesOn(db), admin.organizationId));
      await Promise.all([...sealing, act(20), verify(), verify()]);
      expect(await verify()).toEqual({ ok: true, checked: 40, firstBrokenId: null });
      const { rows } = await database.pool.query(
        "SELECT count(DISTINCT sequence)::int AS places, max(sequence)::int AS last FROM audit_logs WHERE organization_id = $1",
        [admin.organizationId],
      );
      expect(rows).toEqual([{ places: 40, last: 40 }]);
    } finally {
      await Promise.all(others.map(({ close }) => close()));
    }
  });

  it("is walked in pieces when it is long", async () => {
    await act(1);
    await database.pool.query(
      `INSERT INTO audit_logs (organization_id, id, action, resource, success)
       SELECT $1, gen_random_uuid(), 'user.update', 'user', true FROM generate_series(1, 2500)`,
      [admin.organizationId],
    );
    expect(await verify()).toEqual({ ok: true, checked: 2501, firstBrokenId: null });
  });

  it("is an organization's own", async () => {
    await act(3);
    const first = admin;
    admin = { ...admin, organizationId: (await createOrganization(database.db)).id };
    expect(await verify()).toEqual({ ok: true, checked: 0, firstBrokenId: null });
    expect(await verifyAuditLogs(dependencies, first)).toMatchObject({ ok: true, checked: 3 });
  });

  it.each([
    ["its action", "action = 'user.delete'"],
    ["who it was", "username = 'somebody else'"],
    ["its outcome", "success = false"],
    ["its old value", `old_value = '{"firstName":"another"}'`],
    ["its new value", "new_value = NULL"],
    ["its time", "created_at = created_at - interval '1 millisecond'"],
    ["its address", "ip_address = '198.51.100.1'"],
    ["its hash", "hash = sha256('')"],
  ])("breaks where %s is edited", async (_, edit) => {
    await act(5);
    expect((await verify()).ok).toBe(true);
    const { 2: third } = await chain();
    await tamper(`UPDATE audit_logs SET ${edit} WHERE THIS AND id = $1`, third);
    expect(await verify()).toEqual({ ok: false, checked: 2, firstBrokenId: third });
  });

  it("breaks where a row is deleted, or two change places", async () => {
    await act(6);
    await verify();
    const [first, second, third, , fifth, sixth] = await chain();
    await tamper("UPDATE audit_logs SET sequence = sequence + 100 WHERE THIS AND id = ANY ($1)", [fifth, sixth]);
    await tamper(
      "UPDATE audit_logs SET sequence = CASE id WHEN $1 THEN 6 ELSE 5 END WHERE THIS AND sequence > 100",
      fifth,
    );
    expect(await verify()).toEqual({ ok: false, checked: 4, firstBrokenId: sixth });
    await tamper("DELETE FROM audit_logs WHERE THIS AND id = $1", second);
    expect(await verify()).toEqual({ ok: false, checked: 1, firstBrokenId: third });
    await tamper("DELETE FROM audit_logs WHERE THIS AND id = $1", first);
    expect(await verify()).toEqual({ ok: false, checked: 0, firstBrokenId: third });
  });

  it("breaks where its end is cut, and stays broken whatever follows", async () => {
    await act(5);
    await verify();
    const ids = await chain();
    await tamper("DELETE FROM audit_logs WHERE THIS AND sequence > 3");
    expect(await verify()).toEqual({ ok: false, checked: 3, firstBrokenId: ids[4] });
    await act(4);
    expect(await verify()).toMatchObject({ ok: false, checked: 3 });
  });

  it("breaks where its head is moved along with a cut end, or taken away", async () => {
    await act(5);
    await verify();
    await tamper("DELETE FROM audit_logs WHERE THIS AND sequence > 3");
    await tamper(
      `UPDATE audit_chains c SET sequence = l.sequence, last_id = l.id, hash = l.hash
      FROM audit_logs l WHERE c.THIS AND l.THIS AND l.sequence = 3`,
    );
    expect((await verify()).ok).toBe(false);
    await act(1);
    expect((await verify()).ok).toBe(false);
    await tamper("DELETE FROM audit_chains WHERE THIS");
    expect((await verify()).ok).toBe(false);
    await act(2);
    expect((await verify()).ok).toBe(false);
    // The log goes on to be read all the same.
    expect((await listAuditLogs(dependencies, admin, { limit: 10 })).items).toHaveLength(6);
  });

  it("breaks where everything is deleted", async () => {
    await act(2);
    await verify();
    await tamper("DELETE FROM audit_logs WHERE THIS");
    expect(await verify()).toMatchObject({ ok: false, checked: 0 });
  });

  it("breaks where rows are forged with hashes that fit, for want of the key", async () => {
    await act(4);
    await verify();
    const forger = createDependencies({
      db: database.db,
      logger,
      signingKeys,
      encryptionKeys: [{ id: "test", key: randomBytes(32) }],
      mailServers: {},
    });
    await tamper("DELETE FROM audit_logs WHERE THIS AND sequence = 4");
    await tamper("UPDATE audit_logs SET sequence = NULL, username = 'forged' WHERE THIS");
    await tamper("DELETE FROM audit_chains WHERE THIS");
    expect((await verifyAuditLogs(forger, admin)).ok).toBe(true);
    expect((await verify()).ok).toBe(false);
  });

  it("goes on when the encryption key rotates", async () => {
    await act(2);
    await verify();
    const rotated = createDependencies({
      db: database.db,
      logger,
      signingKeys,
      encryptionKeys: [{ id: "new", key: randomBytes(32) }, ...encryptionKeys],
      mailServers: {},
    });
    await updateMe(rotated, admin, { firstName: "Rotated" });
    expect(await verifyAuditLogs(rotated, admin)).toEqual({ ok: true, checked: 3, firstBrokenId: null });
  });
});
