import { JmapProtocolError } from "./errors.ts";
import { isRecord } from "./is-record.ts";

type Args = Record<string, unknown>;

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNull = (value: unknown): boolean => value === null || value === undefined || isText(value);
const isIds = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isIdsOrNull = (value: unknown): boolean => value === null || value === undefined || isIds(value);
const isObjects = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isRecord(item) && isText(item.id));
const isMapOrNull = (value: unknown): boolean => value === null || value === undefined || isRecord(value);
const isCreated = (value: unknown): boolean =>
  isMapOrNull(value) && Object.values(value ?? {}).every((item) => isRecord(item) && isText(item.id));
const isFailures = (value: unknown): boolean =>
  isMapOrNull(value) && Object.values(value ?? {}).every((item) => isRecord(item) && isText(item.type));
const isAdded = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isRecord(item) && isText(item.id) && Number.isInteger(item.index));

const SET = {
  oldState: isTextOrNull,
  newState: isTextOrNull,
  created: isCreated,
  updated: isMapOrNull,
  destroyed: isIdsOrNull,
  notCreated: isFailures,
  notUpdated: isFailures,
  notDestroyed: isFailures,
};

/** What the answers of each kind of method must hold (RFC 8620 §5), by the name after the slash. */
const SHAPES: Readonly<Record<string, Record<string, (value: unknown) => boolean>>> = {
  get: { state: isText, list: isObjects, notFound: isIdsOrNull },
  changes: {
    oldState: isText,
    newState: isText,
    hasMoreChanges: (value) => typeof value === "boolean",
    created: isIds,
    updated: isIds,
    destroyed: isIds,
  },
  query: { queryState: isText, ids: isIds },
  queryChanges: { oldQueryState: isText, newQueryState: isText, removed: isIds, added: isAdded },
  set: SET,
  import: SET,
};

/** Checks the frame of an answer, so that who reads it need not; what an object holds beside its id is unchecked. */
export function checkAnswer(method: string, args: Args): Args {
  const kind = method.slice(method.indexOf("/") + 1);
  const shape = Object.hasOwn(SHAPES, kind) ? SHAPES[kind] : undefined;
  for (const [name, isValid] of Object.entries(shape ?? {})) {
    if (!isValid(args[name])) throw new JmapProtocolError(`${method} answered with a malformed ${name}`);
  }
  return kind === "get" ? { ...args, notFound: args.notFound ?? [] } : args;
}
