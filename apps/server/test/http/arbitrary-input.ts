import fc from "fast-check";
import type { z } from "zod";

/** What Zod says of a schema, as far as it is looked at here. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  entries?: Record<string, string>;
  values?: unknown[];
}

/** Ids and words that mean something in the world under test, by the name of the field. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

const ADDRESSES = [
  "friend@x.test",
  "FRIEND@X.TEST",
  "Friend <friend@x.test>",
  "a@b",
  "ä@ü.test",
  "@",
  "a@b\r\nBcc: c@d",
];
const INSTANTS = [
  "2026-01-01T00:00:00.000Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "2026-02-30T00:00:00Z",
];
const NUMBERS = [0, 1, -1, 50, 100, 101, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300];
const WORDS = [
  "",
  " ",
  "\0",
  "\r\n",
  "\u2028",
  "\ud800",
  "\udfff\ud800",
  "%",
  "_",
  "\\",
  "'; --",
  "<b>",
  "__proto__",
  "\u202e",
  "İ",
  "ﷺ".repeat(50),
];
const LONG = [254, 255, 1000, 5000].map((length) => "x".repeat(length));

const cursor = fc
  .array(
    fc.oneof(
      fc.constantFrom<unknown>(null, true, "\0", "-infinity", "infinity", ...INSTANTS, ...NUMBERS),
      fc.uuid(),
      fc.string(),
    ),
    { maxLength: 4 },
  )
  .map((key) => Buffer.from(JSON.stringify(key)).toString("base64url"));

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 2, arbitrary: fc.string() },
  { weight: 3, arbitrary: fc.constantFrom(...WORDS, ...ADDRESSES, ...INSTANTS) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
  { weight: 1, arbitrary: fc.uuid() },
);

const junk: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom<unknown>(...NUMBERS, null, true, {}, []),
  fc.jsonValue(),
);

/** Values that look like what the schema wants, seldom ones that do not; `name` is the field's. */
function like(schema: z.ZodType, name: string, known: Known): fc.Arbitrary<unknown> {
  const { type, innerType, in: inner, element, options, shape, entries, values } = schema._zod.def as Definition;
  const below = innerType ?? inner;
  if (type === "object" && shape) return objectLike(shape, known);
  if (type === "array" && element) return fc.array(orJunk(element, name, known), { maxLength: 4 });
  if (type === "union" && options) return fc.oneof(...options.map((option) => like(option, name, known)));
  if (type === "enum" && entries) return fc.constantFrom(...Object.values(entries));
  if (type === "literal" && values) return fc.constantFrom(...values);
  if (type === "boolean") return fc.boolean();
  if (type === "number") return fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(...NUMBERS));
  if (type === "nullable" && below) return fc.oneof(fc.constant(null), like(below, name, known));
  if (below) return like(below, name, known);
  if (type === "void" || type === "undefined") return fc.constant(undefined);
  const meant = known[name];
  if (name === "cursor") return fc.oneof(cursor, text);
  return meant ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...meant) }, { weight: 1, arbitrary: text }) : text;
}

const orJunk = (schema: z.ZodType, name: string, known: Known) =>
  fc.oneof({ weight: 12, arbitrary: like(schema, name, known) }, { weight: 1, arbitrary: junk });

function objectLike(shape: Record<string, z.ZodType>, known: Known): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape);
  const needed = fields.filter(([, schema]) => !schema.safeParse(undefined).success).map(([name]) => name);
  const model = Object.fromEntries(fields.map(([name, schema]) => [name, orJunk(schema, name, known)]));
  const object = fc.record(model, { requiredKeys: needed, noNullPrototype: true });
  const extra = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("role", "id", "__proto__", "constructor")), junk, {
    maxKeys: 2,
    noNullPrototype: true,
  });
  return fc.oneof(
    { weight: 12, arbitrary: object },
    { weight: 1, arbitrary: fc.tuple(object, extra).map(([one, other]) => ({ ...one, ...other })) },
  );
}

/** Requests for a procedure: most get past its schema or nearly so, some are anything at all. */
export const arbitraryInput = (schema: z.ZodType, known: Known): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 20, arbitrary: like(schema, "", known) }, { weight: 1, arbitrary: junk });
