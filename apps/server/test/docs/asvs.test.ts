import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PROCEDURES } from "../http/call-procedure.ts";

// docs/asvs.md says which test shows which requirement. It stays true because of these.

const DOCUMENT = new URL("../../../../docs/asvs.md", import.meta.url);
const text = readFileSync(DOCUMENT, "utf8");

/** ASVS 5.0.0: what levels 1 and 2 ask in the chapters that the document is about, by section. */
const REQUIRED: Readonly<Record<string, readonly number[]>> = {
  "6.1": [1, 2, 3],
  "6.2": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  "6.3": [1, 2, 3, 4],
  "6.4": [1, 2, 3, 4],
  "6.5": [1, 2, 3, 4, 5],
  "6.6": [1, 2, 3],
  "6.8": [1, 2, 3, 4],
  "7.1": [1, 2, 3],
  "7.2": [1, 2, 3, 4],
  "7.3": [1, 2],
  "7.4": [1, 2, 3, 4, 5],
  "7.5": [1, 2],
  "7.6": [1, 2],
  "8.1": [1, 2],
  "8.2": [1, 2, 3],
  "8.3": [1],
  "8.4": [1],
  "9.1": [1, 2, 3],
  "9.2": [1, 2, 3, 4],
  "16.1": [1],
  "16.2": [1, 2, 3, 4, 5],
  "16.3": [1, 2, 3, 4],
  "16.4": [1, 2, 3],
  "16.5": [1, 2, 3],
};

interface Row {
  id: string;
  cells: string[];
}

const rows: Row[] = [...text.matchAll(/^\| (\d+\.\d+\.\d+) \|(.*)\|$/gm)].map(([, id = "", rest = ""]) => ({
  id,
  cells: rest.split(" | ").map((cell) => cell.trim()),
}));
const shownBy = ({ cells }: Row) => cells.at(-1) ?? "";

const deviations = [...text.matchAll(/^- \*\*((?:\d+\.\d+\.\d+(?:, )?)+)\*\*/gm)].flatMap(([, ids = ""]) =>
  ids.split(", "),
);

interface Link {
  title: string;
  path: string;
}
const links: Link[] = [...text.matchAll(/\[([^\]]+)\]\(([^)]+\.test\.ts)\)/g)].map(([, title = "", path = ""]) => ({
  title,
  path,
}));

describe("docs/asvs.md", () => {
  it("has a row for each requirement, once and in their order", () => {
    const required = Object.entries(REQUIRED).flatMap(([section, numbers]) => numbers.map((n) => `${section}.${n}`));
    expect(rows.map(({ id }) => id)).toEqual(required);
    for (const { id, cells } of rows) expect(cells, id).toHaveLength(3);
  });

  it("shows each by a test, or says why there is none", () => {
    const unshown = rows.filter(
      (row) => !/\.test\.ts\)|^Documented above|^Does not apply|^Deviation/.test(shownBy(row)),
    );
    expect(unshown.map(({ id }) => id)).toEqual([]);
  });

  it("gives a reason for each deviation, and calls nothing else one", () => {
    const called = rows.filter((row) => shownBy(row).startsWith("Deviation")).map(({ id }) => id);
    expect(called.sort()).toEqual([...new Set(deviations)].sort());
  });

  it("names tests that exist, by file and title", () => {
    expect(links.length).toBeGreaterThan(50);
    const missing = links.filter(({ title, path }) => !hasTest(new URL(path, DOCUMENT), title));
    expect(missing).toEqual([]);
  });

  it("names the way in of every procedure that asks nobody to be signed in", () => {
    const open = PROCEDURES.filter(({ rest }) => !rest.protected).map(({ name }) => name);
    expect(open.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

it("makes no secret with Math.random", () => {
  const services = new URL("../../../../packages/services/src/", import.meta.url);
  for (const folder of ["auth", "crypto", "organizations", "post", "profiles", "users"]) {
    const files = readdirSync(new URL(folder, services), { recursive: true, encoding: "utf8" });
    const sources = files.filter((name) => name.endsWith(".ts"));
    expect(sources.length, folder).toBeGreaterThan(1);
    for (const name of sources) {
      expect(readFileSync(new URL(`${folder}/${name}`, services), "utf8"), name).not.toContain("Math.random");
    }
  }
});

function hasTest(file: URL, title: string): boolean {
  if (!existsSync(fileURLToPath(file))) return false;
  const source = readFileSync(file, "utf8");
  return ['"', "`"].some((quote) => {
    const literal = `${quote}${title}${quote}`.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return new RegExp(`\\(\\s*${literal},`).test(source);
  });
}
