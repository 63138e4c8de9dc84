// Begins a build: copies the source to dist/source/, with the types it takes from the server spelled out. Whoever installs the package
// has none of the workspace's packages, and bundling their declarations would drag along zod and tRPC's internals.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PRIMITIVE =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.Null |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Void |
  ts.TypeFlags.Unknown;
/** Types that are what they are in every runtime, and are named rather than spelled out. */
const GLOBAL_NAMES = new Set(["Uint8Array", "ArrayBuffer", "Blob", "File"]);

const config = ts.getParsedCommandLineOfConfigFile(
  here("tsconfig.json"),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
const source = here("src/server-types.ts");
const program = ts.createProgram([source], config.options);
const checker = program.getTypeChecker();
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(source)));

const lines = exported.map((symbol) => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return `export type ${symbol.name} = ${print(checker.getDeclaredTypeOfSymbol(target), symbol.name)};`;
});
rmSync(here("dist"), { recursive: true, force: true });
cpSync(here("src"), here("dist/source"), { recursive: true });
writeFileSync(here("dist/source/server-types.ts"), `${lines.join("\n")}\n`);

/** A JSON type as TypeScript. Whatever else it meets fails the build: `any` would pass for everything in silence. */
function print(type, path) {
  if (type.flags & PRIMITIVE)
    return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias);
  if (type.isUnion()) return printUnion(type, path);
  const name = type.getSymbol()?.name;
  if (GLOBAL_NAMES.has(name)) return name;
  if (checker.isTupleType(type))
    return `[${checker
      .getTypeArguments(type)
      .map((item) => print(item, `${path}[]`))
      .join(", ")}]`;
  if (checker.isArrayType(type))
    return `${name === "ReadonlyArray" ? "readonly " : ""}(${print(checker.getTypeArguments(type)[0], `${path}[]`)})[]`;
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)))
    fail(`${path} is ${checker.typeToString(type)}`);
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) fail(`${path} is a function`);
  const indexes = checker
    .getIndexInfosOfType(type)
    .map(({ keyType, type: value }) => `[key: ${print(keyType, path)}]: ${print(value, `${path}[key]`)};`);
  const members = checker.getPropertiesOfType(type).map((property) => printMember(property, path));
  return `{\n${[...indexes, ...members].join("\n")}\n}`;
}

// TypeScript holds boolean as the union of its two literals.
function printUnion({ types }, path) {
  const names = new Set(types.map((member) => print(member, path)));
  if (names.delete("true") && names.delete("false")) names.add("boolean");
  else if (types.some((member) => checker.typeToString(member) === "true")) names.add("true");
  return [...names].join(" | ");
}

function printMember(property, path) {
  const optional = property.flags & ts.SymbolFlags.Optional ? "?" : "";
  const type = checker.getTypeOfSymbol(property);
  // What the schemas say of a field is what an editor shows for it.
  const comment = ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll("*/", "* /");
  return `${comment && `/** ${comment} */\n`}${JSON.stringify(property.name)}${optional}: ${print(type, `${path}.${property.name}`)};`;
}

function fail(problem) {
  const text = typeof problem === "string" ? problem : ts.flattenDiagnosticMessageText(problem.messageText, "\n");
  process.stderr.write(`The declarations cannot be written: ${text}.\n`);
  process.exit(1);
}
