import { idOrCreation, isRecord, listOf, or, record, text } from "../protocol/arguments.ts";
import { MethodError, SetError } from "../protocol/errors.ts";
import { type MethodContext, resolveId } from "../protocol/method.ts";
import type { DataType } from "../store/change-log.ts";

interface SetActions {
  /** @returns the id and whatever the server set by itself. */
  create(object: Record<string, unknown>, creationId: string): { id: string } & Record<string, unknown>;
  /** @returns properties that changed beyond what was asked, or null. */
  update(id: string, patch: Record<string, unknown>): Record<string, unknown> | null;
  destroy(id: string): void;
}

const NOTHING: Record<string, unknown> = {};

export const setArguments = {
  ifInState: or(text, null),
  create: or(record, NOTHING),
  update: or(record, NOTHING),
  destroy: or(listOf(idOrCreation), []),
};

/** The frame of every /set: state guard, limit, create, update, destroy, each object on its own (RFC 8620 §5.3). */
export function standardSet(
  context: MethodContext,
  args: { [K in keyof typeof setArguments]: ReturnType<(typeof setArguments)[K]> },
  type: DataType,
  actions: SetActions,
): Record<string, unknown> {
  const { account, limits, createdIds } = context;
  const oldState = account.state(type);
  if (args.ifInState !== null && args.ifInState !== oldState) throw new MethodError("stateMismatch");
  const amount = Object.keys(args.create).length + Object.keys(args.update).length + args.destroy.length;
  if (amount > limits.maxObjectsInSet) {
    throw new MethodError("requestTooLarge", `At most ${limits.maxObjectsInSet} objects a call`);
  }
  const created = settle(Object.keys(args.create), (creationId) => {
    const object = args.create[creationId];
    if (!isRecord(object)) throw new SetError("invalidProperties", { description: "Not an object" });
    const made = actions.create(object, creationId);
    createdIds.set(creationId, made.id);
    return made;
  });
  const doomed = args.destroy.map((value) => resolveId(context, value));
  const updated = settle(
    Object.keys(args.update),
    (id) => {
      const patch = args.update[id];
      if (!isRecord(patch)) throw new SetError("invalidPatch", { description: "Not an object" });
      if (doomed.includes(resolveId(context, id))) throw new SetError("willDestroy");
      return actions.update(resolveId(context, id), patch);
    },
    (id) => resolveId(context, id),
  );
  const destroyed = settle([...new Set(doomed)], (id) => actions.destroy(id));
  const destroyedIds = Object.keys(destroyed.done);
  return {
    accountId: account.id,
    oldState,
    newState: account.state(type),
    created: orNull(created.done),
    updated: orNull(updated.done),
    destroyed: destroyedIds.length > 0 ? destroyedIds : null,
    notCreated: orNull(created.failed),
    notUpdated: orNull(updated.failed),
    notDestroyed: orNull(destroyed.failed),
  };
}

function settle<T>(keys: readonly string[], act: (key: string) => T, nameOf: (key: string) => string = (key) => key) {
  const done: [string, T][] = [];
  const failed: [string, unknown][] = [];
  for (const key of keys) {
    try {
      done.push([nameOf(key), act(key)]);
    } catch (error) {
      if (!(error instanceof SetError)) throw error;
      failed.push([nameOf(key), error.toJSON()]);
    }
  }
  // fromEntries, unlike assignment, takes `__proto__` for the plain key that it is.
  return { done: Object.fromEntries(done), failed: Object.fromEntries(failed) };
}

function orNull<T extends object>(map: T): T | null {
  return Object.keys(map).length > 0 ? map : null;
}
