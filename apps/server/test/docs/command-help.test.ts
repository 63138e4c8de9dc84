import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/program/program.ts";

/** The commands that do something; the others are groups of them. */
const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

const nameOf = (command: Command): string => (command.parent ? `${nameOf(command.parent)} ${command.name()}` : "crm");

function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  return help;
}

/** The words after `crm` of what is typed in a shell, up to what the answer is piped into. */
function wordsOf(typed: string): string[] {
  const [, line = ""] = /^(?:[A-Z_]+=\S+ )*crm (.*)$/.exec(typed) ?? [];
  const [own = ""] = line.split(/ [|>]|\s+# /);
  return [...own.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

/** Runs what is typed, without doing it: the command that it comes to. @throws when it is typed wrongly */
async function parse(typed: string): Promise<string> {
  const crm = createProgram();
  let reached = "";
  for (const leaf of leaves(crm)) {
    leaf.configureOutput({ writeErr: () => {} }).action(() => {
      reached = nameOf(leaf);
    });
  }
  await crm.parseAsync(wordsOf(typed), { from: "user" });
  return reached;
}

const commands = leaves(createProgram()).map((command) => [nameOf(command), helpOf(command)] as const);

describe.each(commands)("the help of %s", (name, help) => {
  it("says what it does, and its examples can be typed", async () => {
    const [usage = "", does = ""] = help.split("\n\n");
    expect(usage).toContain(name);
    expect(does).toMatch(/^[a-z]/);
    const [, examples = ""] = help.split("\nExamples:\n");
    const typed = [...examples.matchAll(/^ {2}\$ (.+)$/gm)].map(([, line = ""]) => line);
    expect(typed.length).toBeGreaterThan(0);
    for (const line of typed) expect([line, await parse(line)]).toEqual([line, name]);
  });
});

it("what the README types of the command can be typed", async () => {
  const readme = await readFile(new URL("../../../../README.md", import.meta.url), "utf8");
  const typed = readme.match(/^crm .+$/gm) ?? [];
  expect(typed.length).toBeGreaterThan(2);
  for (const line of typed) expect(await parse(line.replace(/ \|\|.*$/, ""))).toMatch(/^crm \w+/);
  await expect(parse("crm user list --nonsense")).rejects.toThrow("unknown option");
});
