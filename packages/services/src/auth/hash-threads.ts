import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Memory and passes of argon2id (RFC 9106): KiB, passes, lanes. */
export interface HashCost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** What a thread can be asked, and what it answers. */
interface Works {
  hash: { input: { password: string; cost: HashCost }; result: string };
  verify: { input: { storedHash: string; password: string }; result: boolean };
  digest: { input: { code: string; salt: string; cost: HashCost }; result: Uint8Array };
}

interface Job {
  message: { work: keyof Works; input: object };
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** One a core; more than four cores are not given to hashing. */
export const MAX_THREADS = Math.min(availableParallelism(), 4);

/**
 * The threads that compute slow hashes, for the whole process. Threads of their own and not those of libuv's pool: these
 * have a lower priority (on Linux), so that reads are answered as quickly amid a flood of logins as without, and files,
 * signatures and names do not wait behind hashes. Each is started when it is needed and keeps no process alive.
 */
class HashThreads {
  readonly #idle: Worker[] = [];
  readonly #waiting: Job[] = [];
  #count = 0;

  run<Work extends keyof Works>(work: Work, input: Works[Work]["input"]): Promise<Works[Work]["result"]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message: { work, input }, resolve, reject });
      const thread = this.#idle.pop() ?? (this.#count < MAX_THREADS ? this.#start() : undefined);
      if (thread) this.#next(thread);
    });
  }

  #start(): Worker {
    // Without the flags of this process, whose loaders and profilers are not for it.
    const thread = new Worker(new URL("./hash-thread.js", import.meta.url), { execArgv: [] });
    this.#count++;
    // Whoever waits for its answer hears of it by themselves.
    thread.on("error", () => {});
    thread.once("exit", () => {
      this.#count--;
      const place = this.#idle.indexOf(thread);
      if (place !== -1) this.#idle.splice(place, 1);
      if (this.#waiting.length > 0) this.#next(this.#start());
    });
    return thread;
  }

  #next(thread: Worker): void {
    const job = this.#waiting.shift();
    if (!job) {
      thread.unref();
      this.#idle.push(thread);
      return;
    }
    const fail = (error: unknown) => job.reject(error);
    thread.once("error", fail);
    thread.once("message", (answer: { result: never } | { error: unknown }) => {
      thread.off("error", fail);
      if ("error" in answer) job.reject(answer.error);
      else job.resolve(answer.result);
      this.#next(thread);
    });
    thread.ref();
    thread.postMessage(job.message);
  }
}

export const hashThreads = new HashThreads();
