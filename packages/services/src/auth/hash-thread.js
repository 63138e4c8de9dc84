import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { hashRawSync, hashSync, verifySync } from "@node-rs/argon2";

// What `HashThreads` starts. JavaScript, because a thread has no loader for anything else when it runs from the source.

/** Behind whatever else the process and its database do, and still a tenth of a core where all are busy. */
const NICE = 10;

// Elsewhere than on Linux it would be the whole process that steps back.
if (process.platform === "linux") setPriority(0, NICE);

const works = {
  hash: ({ password, cost }) => hashSync(password, cost),
  verify: ({ storedHash, password }) => verifySync(storedHash, password),
  digest: ({ code, salt, cost }) => hashRawSync(code, { ...cost, salt: Buffer.from(salt) }),
};

parentPort?.on("message", ({ work, input }) => {
  try {
    parentPort?.postMessage({ result: works[work](input) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
