import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { PROCEDURES } from "./call-procedure.ts";
import { fillInput } from "./fill-input.ts";

/** What is promised: 100 KB at any pattern, in milliseconds. A linear one takes less than a hundredth of it. */
const LENGTH = 100_000;
const BOUND = 50;
/** Steps on the way there: what grows without measure is met while it is still short. */
const LENGTHS = [24, 1_000, 10_000];

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

interface Pattern {
  where: string;
  regex: RegExp;
}

function sources(): string[] {
  const folders = ["packages", "apps"].flatMap((group) =>
    readdirSync(join(ROOT, group)).map((name) => join(ROOT, group, name, "src")),
  );
  return folders.flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
}

/** Every regular expression that is written in the sources. */
function patternsOf(file: string): Pattern[] {
  const patterns: Pattern[] = [];
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      const regex = new RegExp(node.text.slice(1, end), node.text.slice(end + 1).replace("y", ""));
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      patterns.push({ where: `${relative(ROOT, file)}:${line + 1} ${node.text}`, regex });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return patterns;
}

const BASE = [
  "a",
  "A",
  "0",
  " ",
  "\t",
  "\n",
  "\r\n",
  "-",
  ".",
  "@",
  ",",
  ":",
  ";",
  "/",
  "\\",
  '"',
  "<",
  ">",
  "(",
  "=",
  "é",
];

/** What is repeated: single characters, what the pattern itself names, and pairs of that. */
function pumpsFor({ source }: RegExp): string[] {
  const words = source.match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const marks = [...new Set(source.replaceAll(/\\[dwsSDWbBn]|\[\\?.|[\\^$*+?(){}|[\]]/g, ""))].slice(0, 12);
  const pairs = marks.flatMap((one, index) => [" ", "a", ...marks.slice(index, index + 2)].map((other) => one + other));
  return [...new Set([...BASE, ...words, ...words.map((word) => `${word} `), ...marks, ...pairs])];
}

/** What stands before: nothing, or what the pattern begins with. */
const headsFor = ({ source }: RegExp): string[] => [
  ...new Set(["", (/^\^?((?:\\[/.]|[\w:@ -])+)/.exec(source)?.[1] ?? "").replaceAll("\\", "")]),
];
const TAILS = ["", "\u0000!"];

const hostile = (head: string, pump: string, tail: string, length: number) =>
  head + pump.repeat(Math.ceil(length / pump.length)).slice(0, length) + tail;

/** The fastest of three runs, in milliseconds: a pause of the machine is not the pattern's. */
function timeOf(work: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && fastest > 1; run++) {
    const before = performance.now();
    work();
    fastest = Math.min(fastest, performance.now() - before);
  }
  return fastest;
}

/** The first string that it is slow at, or null. */
function slowAt({ regex }: Pattern): string | null {
  const timeAt = (text: string) => timeOf(() => (regex.global ? text.replaceAll(regex, "") : regex.exec(text)));
  for (const head of headsFor(regex)) {
    for (const pump of pumpsFor(regex)) {
      for (const tail of TAILS) {
        let time = 0;
        for (const length of [...LENGTHS, LENGTH]) {
          // A linear one takes a few hundredths of a millisecond for the length before the last; so most end there.
          if (length === LENGTH && time < 1) break;
          time = timeAt(hostile(head, pump, tail, length));
          if (time > BOUND) return JSON.stringify([head, pump, tail, length]);
        }
      }
    }
  }
  return null;
}

it("this test knows a slow pattern from a quick one", () => {
  const quadratic = { where: "", regex: /\s+$/ };
  const exponential = { where: "", regex: /^(\w+\d*)+:$/ };
  expect([slowAt(quadratic), slowAt(exponential)].every((found) => found !== null)).toBe(true);
  expect(slowAt({ where: "", regex: /^[a-z]+ \d+$/ })).toBeNull();
});

it("no pattern of ours is slow at 100 KB of anything", () => {
  const patterns = sources().flatMap(patternsOf);
  expect(patterns.length).toBeGreaterThan(50);
  const slow = patterns.flatMap((pattern) => {
    const found = slowAt(pattern);
    return found === null ? [] : [`${pattern.where} at ${found}`];
  });
  expect(slow).toEqual([]);
}, 120_000);

it.each(PROCEDURES.map(({ name, input }) => [name, input] as const))(
  "%s refuses 100 KB in every field as quickly",
  (_name, input) => {
    for (const pump of [...BASE, "a@", "a.", "x@y.z,", "Name <", "https://", "2020-01-01T00:00:00"]) {
      const value = fillInput(input, hostile("", pump, "!", LENGTH));
      expect(
        timeOf(() => input.safeParse(value)),
        JSON.stringify(pump),
      ).toBeLessThan(BOUND);
    }
  },
);
