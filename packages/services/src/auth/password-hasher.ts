import PQueue from "p-queue";
import { ServiceError } from "../errors.ts";
import { type HashCost, hashThreads, MAX_THREADS } from "./hash-threads.ts";

/** argon2id, 19 MiB, two passes (OWASP's first choice for servers). */
const COST: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordHasherOptions {
  /** Of new hashes: KiB, passes, lanes. @default what OWASP recommends; no setting of an installation changes it */
  cost?: HashCost;
  /** Hashes at a time. @default as many as there are threads for it: one a core, four at the most */
  concurrency?: number;
  /** Waiting hashes beyond which new ones are turned away. @default 256, some seconds' worth on two cores */
  maxWaiting?: number;
}

/** Hashes and verifies on a bounded queue, so that a flood of logins cannot starve everything else. */
export class PasswordHasher {
  readonly #cost: HashCost;
  readonly #queue: PQueue;
  readonly #maxWaiting: number;
  #dummy: Promise<string> | undefined;

  constructor({ cost = COST, concurrency = MAX_THREADS, maxWaiting = 256 }: PasswordHasherOptions = {}) {
    this.#cost = cost;
    this.#queue = new PQueue({ concurrency });
    this.#maxWaiting = maxWaiting;
  }

  hash(password: string): Promise<string> {
    return this.#run(() => this.#hash(password));
  }

  /** With no stored hash (nobody of that name) it takes as long and answers false. */
  async verify(storedHash: string | null, password: string): Promise<boolean> {
    this.#dummy ??= this.#hash("nobody has this password");
    const target = storedHash ?? (await this.#dummy);
    const input = { storedHash: target, password: password.normalize("NFKC") };
    const matches = await this.#run(() => hashThreads.run("verify", input));
    return matches && storedHash !== null;
  }

  /**
   * A slow hash that can be looked up: for codes so short that a fast one would be undone by trying all of them.
   * @param salt an id of ours, so that equal codes of two people do not look alike
   */
  digest(code: string, salt: string): Promise<Buffer> {
    const cost = this.#cost;
    return this.#run(async () => Buffer.from(await hashThreads.run("digest", { code, salt, cost })));
  }

  /** True for hashes made at another cost, which the next login replaces. */
  needsRehash(storedHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.#cost;
    return !storedHash.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }

  #hash(password: string): Promise<string> {
    return hashThreads.run("hash", { password: password.normalize("NFKC"), cost: this.#cost });
  }

  /** For whoever would do other work in vain first. @throws ServiceError OVERLOADED while too many wait */
  requireRoom(): void {
    if (this.#queue.size >= this.#maxWaiting) throw new ServiceError("OVERLOADED", { retryAfter: 2 });
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.requireRoom();
    return this.#queue.add(work);
  }
}
