import { defineConfig } from "tsup";
import everyPackage from "../../tsup.config.ts";

export default defineConfig({
  ...everyPackage,
  entry: { index: "src/index.ts", "hash-thread": "src/auth/hash-thread.js" },
});
