import type { z } from "zod";

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};
const FORMATS: Readonly<Record<string, string>> = {
  uuid: "an id (a UUID)",
  base64: "base64",
  url: "a URL",
};

/**
 * What is wrong with an input, in words for people rather than for programmers; each completes the name of its field.
 * For `z.config({ localeError })` or the `error` of a single parse. Messages that a schema gives itself go first.
 */
export function describeIssue(issue: RawIssue): string {
  if (issue.input === undefined) return "is needed";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_format":
      return `must be ${FORMATS[issue.format] ?? "in another format"}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of these: ${issue.values.map(String).join(", ")}`;
    case "too_small":
      if (issue.minimum === 1 && isCounted(issue.origin)) return "must not be empty";
      return `must ${amount(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum)}`;
    case "too_big":
      return `must ${amount(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum)}`;
    case "invalid_union": {
      const kinds = new Set(issue.errors.flatMap((branch) => branch.map(({ message }) => message)));
      return kinds.size > 0 ? [...kinds].join(", or ") : "is not valid";
    }
    default:
      return "is not valid";
  }
}

const UNITS: Readonly<Record<string, string>> = { string: "characters", array: "entries" };
const isCounted = (origin: string) => origin in UNITS;

const amount = (origin: string, bound: string, limit: number | bigint): string =>
  isCounted(origin) ? `have ${bound} ${limit} ${UNITS[origin]}` : `be ${bound} ${limit}`;
