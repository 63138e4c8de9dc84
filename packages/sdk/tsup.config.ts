import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", testing: "src/testing/index.ts" },
  format: ["esm", "cjs"],
  target: "node20",
  // Written by write-declarations.mjs: the same source, with the server's types spelled out.
  dts: { entry: { index: "dist/source/index.ts", testing: "dist/source/testing/index.ts" } },
  sourcemap: true,
  // CommonJS cannot require ky, which is an ES module alone, so the package carries it; and the parser, for its size.
  noExternal: ["ky", "eventsource-parser"],
});
