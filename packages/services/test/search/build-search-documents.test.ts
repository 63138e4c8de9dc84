import { createEmail } from "@crm/db/testing";
import { buildSearchDocuments } from "@crm/services";
import { describe, expect, it } from "vitest";
import { mailroomForEachTest, person } from "./mailroom.ts";

const room = mailroomForEachTest();

describe("building search documents", () => {
  it("is done once for each message, however many are at it", async () => {
    const { account } = await room.moveIn();
    for (let n = 0; n < 30; n++) await createEmail(room.database.db, account, { subject: `acme ${n}` });
    const built = await Promise.all([1, 2, 3, 4].map(() => buildSearchDocuments(room.dependencies)));
    expect(built.reduce((sum, count) => sum + count)).toBe(30);
    const { rows } = await room.database.pool.query("SELECT count(*)::int AS count FROM email_search");
    expect(rows).toEqual([{ count: 30 }]);
  });

  it("passes over a message that is being removed, and its remover does not wait for it", async () => {
    const { account, search } = await room.moveIn();
    const leaving = await createEmail(room.database.db, account, { subject: "acme leaving" });
    await createEmail(room.database.db, account, { subject: "acme staying" });
    const remover = await room.database.pool.connect();
    try {
      await remover.query("BEGIN");
      await remover.query("SELECT FROM emails WHERE id = $1 FOR UPDATE", [leaving.id]);
      expect(await buildSearchDocuments(room.dependencies)).toBe(1);
      await remover.query("DELETE FROM emails WHERE id = $1", [leaving.id]);
      await remover.query("COMMIT");
    } finally {
      remover.release();
    }
    expect(await buildSearchDocuments(room.dependencies)).toBe(0);
    expect((await search("acme")).items.map(({ subject }) => subject)).toEqual(["acme staying"]);
  });

  it("comes back to a message whose removal was undone", async () => {
    const { account, search } = await room.moveIn();
    const kept = await createEmail(room.database.db, account, { subject: "acme kept" });
    const remover = await room.database.pool.connect();
    try {
      await remover.query("BEGIN");
      await remover.query("DELETE FROM emails WHERE id = $1", [kept.id]);
      expect(await buildSearchDocuments(room.dependencies)).toBe(0);
      await remover.query("ROLLBACK");
    } finally {
      remover.release();
    }
    expect(await buildSearchDocuments(room.dependencies)).toBe(1);
    expect((await search("acme")).items.map(({ subject }) => subject)).toEqual(["acme kept"]);
  });

  it("takes the largest and the oddest message", async () => {
    const { receive, search } = await room.moveIn();
    const many = Array.from({ length: 3_000 }, (_, n) => `${n}@x.sk`).map((email) => ({ name: "N", email }));
    const words = Array.from({ length: 40_000 }, (_, n) => n.toString(36)).join(" ");
    await receive(
      { subject: "s".repeat(5_000), bodyText: words, to: many },
      { subject: "'\\:*", bodyText: "\u{20000}".repeat(60_000), from: person("\\'", "\\'@x") },
      { bodyText: `${"a ".repeat(60_000)}` },
    );
    expect((await search("s".repeat(100))).items).toHaveLength(1);
    expect((await search("\u{20000}")).items).toHaveLength(1);
  });
});
