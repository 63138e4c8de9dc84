import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What an editor shows of something when one points at it. */
export interface Shown {
  text: string;
  /** The code of its examples, out of their fences. */
  examples: string[];
  /** What it may reject with, as it is told there. */
  throws: string;
}

/** Opens somebody's project as editors do: with the language service of TypeScript, on a file that is nowhere on the disk. */
export function openEditor(project: string) {
  const path = join(project, "pointing.ts");
  let text = "";
  let version = 0;
  const options: ts.CompilerOptions = { strict: true, module: ts.ModuleKind.NodeNext, types: [] };
  const { fileExists, readFile, readDirectory, directoryExists, getDirectories } = ts.sys;
  const service = ts.createLanguageService({
    getScriptFileNames: () => [path],
    getScriptVersion: (name) => (name === path ? String(version) : "0"),
    getScriptSnapshot: (name) => {
      if (name === path) return ts.ScriptSnapshot.fromString(text);
      return ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, "utf8")) : undefined;
    },
    getCurrentDirectory: () => project,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    ...{ fileExists, readFile, readDirectory, directoryExists, getDirectories },
  });

  return {
    /** What it shows of the last name of each expression. */
    pointAt(head: string, expressions: readonly string[]): Shown[] {
      text = [head, ...expressions].join("\n");
      version += 1;
      let end = head.length;
      return expressions.map((expression) => {
        end += 1 + expression.length;
        const { documentation, tags = [] } = service.getQuickInfoAtPosition(path, end - 1) ?? {};
        const tagged = (name: string) =>
          tags.filter((tag) => tag.name === name).map((tag) => ts.displayPartsToString(tag.text));
        return {
          text: ts.displayPartsToString(documentation),
          examples: tagged("example").map(unfenced),
          throws: tagged("throws").join(" "),
        };
      });
    },
    /** The names that a module gives out, and the members of those that have some. */
    namesOf(module: string): { name: string; members: string[] }[] {
      text = `import * as all from ${JSON.stringify(module)};\nall;`;
      version += 1;
      const program = service.getProgram();
      const checker = program?.getTypeChecker();
      const source = program?.getSourceFile(path);
      const declaration = source?.statements.find(ts.isImportDeclaration);
      const symbol = declaration && checker?.getSymbolAtLocation(declaration.moduleSpecifier);
      if (!checker || !symbol) throw new Error(`${module} is not there`);
      return checker.getExportsOfModule(symbol).map((exported) => {
        const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        const members = [...(target.members?.values() ?? [])].filter(({ flags }) => flags & MEMBER);
        return { name: exported.name, members: members.map((member) => member.name) };
      });
    },
  };
}

const MEMBER = ts.SymbolFlags.Property | ts.SymbolFlags.Method;

/** Editors colour what is fenced as TypeScript; so nothing else is an example. */
function unfenced(text: string): string {
  const [, code] = /^```ts\n([\s\S]*?)\n```$/.exec(text.trim()) ?? [];
  return code ?? "";
}
