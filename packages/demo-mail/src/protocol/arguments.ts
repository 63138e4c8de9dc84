import { MethodError } from "./errors.ts";

/** Reads one argument; `undefined` means that it was left out. */
type Reader<T> = (value: unknown, name: string) => T;

const ID = /^[A-Za-z0-9_-]{1,255}$/;

function refuse(name: string, wanted: string): never {
  throw new MethodError("invalidArguments", `${name} must be ${wanted}`, { arguments: [name] });
}

export const id: Reader<string> = (value, name) =>
  typeof value === "string" && ID.test(value) ? value : refuse(name, "an Id");

/** An id, or `#` and the creation id of something made earlier in the request (RFC 8620 §5.3). */
export const idOrCreation: Reader<string> = (value, name) =>
  typeof value === "string" && ID.test(value.replace(/^#/, "")) ? value : refuse(name, "an Id");

export const text: Reader<string> = (value, name) => (typeof value === "string" ? value : refuse(name, "a String"));

export const boolean: Reader<boolean> = (value, name) =>
  typeof value === "boolean" ? value : refuse(name, "a Boolean");

export const integer: Reader<number> = (value, name) =>
  Number.isSafeInteger(value) ? (value as number) : refuse(name, "an Int");

export const unsigned: Reader<number> = (value, name) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : refuse(name, "an UnsignedInt");

export const positive: Reader<number> = (value, name) =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : refuse(name, "an UnsignedInt above zero");

/** An RFC 3339 date in UTC, read as milliseconds. */
export const utcDate: Reader<number> = (value, name) => {
  const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
  const time = isDate ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? refuse(name, "a UTCDate") : time;
};

export const record: Reader<Record<string, unknown>> = (value, name) =>
  isRecord(value) ? value : refuse(name, "an object");

export function listOf<T>(read: Reader<T>): Reader<T[]> {
  return (value, name) =>
    Array.isArray(value) ? value.map((item, index) => read(item, `${name}/${index}`)) : refuse(name, "a list");
}

export function mapOf<T>(read: Reader<T>): Reader<Record<string, T>> {
  return (value, name) => {
    if (!isRecord(value)) return refuse(name, "an object");
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, `${name}/${key}`)]));
  };
}

/** Left out or null: the default. */
export function or<T, D>(read: Reader<T>, otherwise: D): Reader<T | D> {
  return (value, name) => (value === undefined || value === null ? otherwise : read(value, name));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Shape = Record<string, Reader<unknown>>;
type Values<S extends Shape> = { [K in keyof S]: ReturnType<S[K]> };

/** @throws MethodError invalidArguments on a wrong type, a missing or an unknown argument. */
export function readArguments<S extends Shape>(args: Record<string, unknown>, shape: S): Values<S> {
  for (const name of Object.keys(args)) {
    if (!Object.hasOwn(shape, name) && name !== "accountId") {
      throw new MethodError("invalidArguments", `Unknown argument ${name}`, { arguments: [name] });
    }
  }
  const values = Object.entries(shape).map(([name, read]) => [name, read(args[name], name)]);
  return Object.fromEntries(values) as Values<S>;
}
