import { describe, expect, it } from "vitest";
import { PasswordHasher } from "../../src/auth/password-hasher.ts";

const CHEAP = { memoryCost: 1024, timeCost: 1, parallelism: 1 };
const PASSWORD = "Correct-Horse-7";

describe("the queue of hashes", () => {
  it("takes as many as are computed and may wait, turns the others away, and has room again afterwards", async () => {
    const passwords = new PasswordHasher({ cost: CHEAP, concurrency: 2, maxWaiting: 3 });
    for (let flood = 0; flood < 2; flood++) {
      // All are asked for before the first can be done.
      const hashes = await Promise.allSettled(Array.from({ length: 12 }, () => passwords.hash(PASSWORD)));
      expect(hashes.map(({ status }) => status === "fulfilled")).toEqual(
        Array.from({ length: 12 }, (_, index) => index < 5),
      );
      for (const hash of hashes.slice(5)) {
        expect(hash).toMatchObject({ reason: { code: "OVERLOADED", retryAfter: 2 } });
      }
    }
  });

  it("goes on after a hash that cannot be computed", async () => {
    const passwords = new PasswordHasher({ cost: CHEAP, concurrency: 1 });
    const outcomes = await Promise.allSettled([
      passwords.verify("no hash at all", PASSWORD),
      passwords.hash(PASSWORD),
      new PasswordHasher({ cost: { ...CHEAP, memoryCost: 1 } }).hash(PASSWORD),
      passwords.hash(PASSWORD),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
  });

  it("is gone through in the order of those who came", async () => {
    const passwords = new PasswordHasher({ cost: CHEAP, concurrency: 1 });
    const done: number[] = [];
    await Promise.all([0, 1, 2, 3].map((place) => passwords.hash(PASSWORD).then(() => done.push(place))));
    expect(done).toEqual([0, 1, 2, 3]);
  });
});

describe("a password", () => {
  it("is verified at the cost its hash was made at, and told to be hashed anew where that is another", async () => {
    const before = new PasswordHasher({ cost: CHEAP });
    const after = new PasswordHasher({ cost: { ...CHEAP, timeCost: 2 } });
    const stored = await before.hash(PASSWORD);
    expect(await after.verify(stored, PASSWORD)).toBe(true);
    expect(await after.verify(stored, "Wrong-Horse-9")).toBe(false);
    expect([before.needsRehash(stored), after.needsRehash(stored)]).toEqual([false, true]);
  });

  it("matches nothing where nothing is stored", async () => {
    expect(await new PasswordHasher({ cost: CHEAP }).verify(null, "nobody has this password")).toBe(false);
  });
});
