import { availableParallelism } from "node:os";
import { hash, hashRaw, verify } from "@node-rs/argon2";
import PQueue from "p-queue";
import { ServiceError } from "../errors.ts";

/** argon2id, 19 MiB, two passes (OWASP's first choice for servers). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const ONE_A_CORE = Math.min(availableParallelism(), 4);

export interface PasswordHasherOptions {
  /** Of new hashes: KiB, passes, lanes. @default what OWASP recommends; no setting of an installation changes it */
  cost?: typeof COST;
  /** Hashes at a time. @default one a core, four at the most: more threads than that libuv has not */
  concurrency?: number;
  /** Waiting hashes beyond which new ones are turned away. @default 256, some seconds' worth on two cores */
  maxWaiting?: number;
}

/** Hashes and verifies on a bounded queue, so that a flood of logins cannot starve everything else. */
export class PasswordHasher {
  readonly #cost: typeof COST;
  readonly #queue: PQueue;
  readonly #maxWaiting: number;
  #dummy: Promise<string> | undefined;

  constructor({ cost = COST, concurrency = ONE_A_CORE, maxWaiting = 256 }: PasswordHasherOptions = {}) {
    this.#cost = cost;
    this.#queue = new PQueue({ concurrency });
    this.#maxWaiting = maxWaiting;
  }

  hash(password: string): Promise<string> {
    return this.#run(() => hash(password.normalize("NFKC"), this.#cost));
  }

  /** With no stored hash (nobody of that name) it takes as long and answers false. */
  async verify(storedHash: string | null, password: string): Promise<boolean> {
    this.#dummy ??= hash("nobody has this password", this.#cost);
    const target = storedHash ?? (await this.#dummy);
    const matches = await this.#run(() => verify(target, password.normalize("NFKC")));
    return matches && storedHash !== null;
  }

  /**
   * A slow hash that can be looked up: for codes so short that a fast one would be undone by trying all of them.
   * @param salt an id of ours, so that equal codes of two people do not look alike
   */
  digest(code: string, salt: string): Promise<Buffer> {
    return this.#run(() => hashRaw(code, { ...this.#cost, salt: Buffer.from(salt) }));
  }

  /** True for hashes made at another cost, which the next login replaces. */
  needsRehash(storedHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.#cost;
    return !storedHash.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#queue.size >= this.#maxWaiting) throw new ServiceError("OVERLOADED", { retryAfter: 2 });
    return this.#queue.add(work);
  }
}
