import { defineConfig } from "tsup";

/** How every package is built, in its own folder; those with more than an index have a configuration of their own. */
export default defineConfig({
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  sourcemap: true,
  clean: true,
});
