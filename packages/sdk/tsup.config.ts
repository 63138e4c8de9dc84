import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  target: "node20",
  dts: {
    // The workspace's types go into the declarations: whoever installs the package has none of its packages.
    compilerOptions: { paths: { "@crm/api": ["../api/src/index.ts"], "@crm/schemas": ["../schemas/src/index.ts"] } },
  },
  sourcemap: true,
  clean: true,
  // CommonJS cannot require ky, which is an ES module alone, so the package carries it.
  noExternal: ["ky"],
});
