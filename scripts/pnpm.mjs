// `node scripts/pnpm.mjs …`: the one pnpm that the lockfile is written by, without a global install or corepack.
import "./require-node.mjs";

import("./house/run.mjs").then(async ({ runPnpm }) => {
  process.exitCode = await runPnpm(process.argv.slice(2), { stdio: "inherit" });
});
