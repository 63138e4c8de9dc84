import superjson from "superjson";
import { describe, expect, it } from "vitest";
import { transformer } from "../src/transformer.ts";

const { input, output } = transformer;
const received = (value: unknown) => input.deserialize(JSON.parse(superjson.stringify(value)));

describe("speaking superjson", () => {
  it("reads what superjson writes for JSON values and undefined", () => {
    const values = [
      undefined,
      null,
      "text",
      { email: "a@b.test", tags: ["x"], nested: { deep: [1, true, null] } },
      { name: undefined, notes: null },
      { "dotted.key": undefined, "back\\slash": undefined, "": undefined, kept: { "a.b": { c: undefined, d: 1 } } },
      { list: [undefined, 1, undefined] },
    ];
    for (const value of values) expect(received(value)).toStrictEqual(withoutUndefined(value));
  });

  it("keeps both of two equal references", () => {
    const team = ["a@b.test"];
    expect(received({ to: team, cc: team })).toEqual({ to: team, cc: team });
  });

  it("writes what superjson reads", () => {
    const value = { items: [{ id: "1", at: "2026-01-01T00:00:00.000Z", name: null }], nextCursor: null };
    expect(superjson.deserialize(JSON.parse(JSON.stringify(output.serialize(value))))).toEqual(value);
  });

  it("revives nothing", () => {
    for (const value of [/x/, new Date(), new Set(), new Map(), 1n, new URL("https://a.test"), Number.NaN]) {
      expect(() => received({ value })).toThrow("Only JSON values are accepted.");
    }
  });

  it("follows no path into a prototype", () => {
    for (const path of ["__proto__.toString", "constructor.prototype.x", "a.__proto__"]) {
      input.deserialize({ json: { a: {} }, meta: { values: { [path]: ["undefined"] } } });
    }
    expect(Object.prototype.toString).toBeTypeOf("function");
  });
});

/** Absent and undefined are the same to a schema; in lists the place stays. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item)]));
}
