import type { ErrorCode, ErrorDetail } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import {
  claimKey,
  type KeyOwner,
  keepAnswer,
  LEASE_SECONDS,
  type Lease,
  readKey,
  releaseKey,
  renewLease,
} from "./claim-key.ts";
import { requestHash } from "./request-hash.ts";

interface IdempotentRequest {
  /** As the caller chose it: 1 to 255 printable ASCII characters. */
  key: string;
  /** `contacts.add` */
  procedure: string;
  input: unknown;
  /** SHA-256 of a body that is streamed, once it has been read; it counts like the input. */
  digest?: (() => Promise<string>) | undefined;
}

/** An answer as it is kept: what the run gave, or the refusal it ended in. */
type Answer =
  | { result: unknown; digest?: string | undefined }
  | { refusal: { code: ErrorCode; message: string; details?: readonly ErrorDetail[] | undefined } };

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;
/** Trying again is exactly what these ask for, so they are not kept. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["RATE_LIMITED", "UNAUTHORIZED"]);
/** A key can be released between the claim and the look at it; then the claim is tried anew. */
const CLAIM_TRIES = 3;

/**
 * Runs a write at most once for a key: later calls with the same input get the first one's answer for 24 h.
 * Refusals below 500 are answers too; after a fault of ours or the mail server's the key is free again.
 * @throws ServiceError IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, VALIDATION_ERROR for a key that is none.
 */
export async function runIdempotent<Result>(
  dependencies: Dependencies,
  actor: Actor,
  { key, procedure, input, digest }: IdempotentRequest,
  run: () => Promise<Result>,
): Promise<{ result: Result; replayed: boolean }> {
  if (!PRINTABLE.test(key)) {
    const details = [{ path: "Idempotency-Key", message: "must be 1 to 255 printable characters" }];
    throw new ServiceError("VALIDATION_ERROR", { details });
  }
  const owner = { organizationId: actor.organizationId, userId: actor.userId, key };
  const hash = requestHash(procedure, input);
  for (let tries = 0; tries < CLAIM_TRIES; tries++) {
    const lease = await claimKey(dependencies.db, owner, hash);
    if (lease) return { result: await runAndKeep(dependencies, lease, run, digest), replayed: false };
    const known = await readKey(dependencies.db, owner);
    if (!known) continue;
    if (!known.requestHash.equals(hash)) throw new ServiceError("IDEMPOTENCY_KEY_REUSED");
    if (known.responseEncrypted === null) break;
    const answer = openAnswer(dependencies, owner, known.responseEncrypted);
    if (answer.digest !== undefined && answer.digest !== (await digest?.()))
      throw new ServiceError("IDEMPOTENCY_KEY_REUSED");
    return { result: answer.result as Result, replayed: true };
  }
  throw new ServiceError("IDEMPOTENCY_IN_PROGRESS", { retryAfter: 1 });
}

/** A refusal that was replayed, not met anew. */
export class ReplayedError extends ServiceError {}

async function runAndKeep<Result>(
  dependencies: Dependencies,
  claimed: Lease,
  run: () => Promise<Result>,
  digest: IdempotentRequest["digest"],
): Promise<Result> {
  const lease = keepLease(dependencies, claimed);
  try {
    const result = await run();
    await keep(dependencies, await lease.stop(), { result, digest: await digest?.() });
    return result;
  } catch (error) {
    const mine = await lease.stop();
    if (error instanceof ServiceError && error.status < 500 && !PASSING.has(error.code)) {
      const { code, message, details } = error;
      await keep(dependencies, mine, { refusal: { code, message, details } });
    } else {
      await orLog(dependencies, releaseKey(dependencies.db, mine));
    }
    throw error;
  }
}

/** Renews the lease while the run goes on, however long the mail server takes. */
function keepLease(dependencies: Dependencies, claimed: Lease): { stop(): Promise<Lease> } {
  let current = Promise.resolve(claimed);
  const timer = setInterval(
    () => {
      current = current.then(async (lease) => {
        const renewed = await renewLease(dependencies.db, lease).catch(() => null);
        return renewed ?? lease;
      });
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return current;
    },
  };
}

const keep = (dependencies: Dependencies, lease: Lease, answer: Answer) =>
  orLog(
    dependencies,
    keepAnswer(dependencies.db, lease, dependencies.secrets.encrypt(JSON.stringify(answer), context(lease))),
  );

/** The act is done and its answer known: that it could not be kept must not turn it into an error. */
async function orLog({ logger }: Dependencies, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => logger.error({ err: error }, "an idempotency key could not be settled"));
}

/** @throws ReplayedError where the answer was a refusal */
function openAnswer(
  { secrets }: Dependencies,
  owner: KeyOwner,
  encrypted: string,
): Exclude<Answer, { refusal: unknown }> {
  const answer = JSON.parse(secrets.decrypt(encrypted, context(owner))) as Answer;
  if ("refusal" in answer) {
    const { code, message, details } = answer.refusal;
    throw new ReplayedError(code, details ? { message, details } : { message });
  }
  return answer;
}

/** Binds an encrypted answer to its row. */
const context = ({ organizationId, userId, key }: KeyOwner) =>
  ["idempotency_keys.response", organizationId, userId, key] as const;
