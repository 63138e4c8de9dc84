import { hash, verify } from "@node-rs/argon2";
import { PASSWORD } from "./people.ts";

// A process of its own that does nothing but verify passwords, at the server's cost, so many at a time.

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

process.on("message", async ({ concurrency, seconds }: { concurrency: number; seconds: number }) => {
  const stored = await hash(PASSWORD, COST);
  let verified = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const verifyOn = async () => {
    while (performance.now() < end) {
      if (!(await verify(stored, PASSWORD))) throw new Error("the password did not match");
      verified++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, verifyOn));
  process.send?.(verified / ((performance.now() - begun) / 1000));
});
process.once("disconnect", () => process.exit());
process.send?.("ready");
