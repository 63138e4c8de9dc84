// `npm run check`: format, lint and import cycles; types; unused code. All of them, whatever the first one says.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, ROOT }) => {
  await installed();
  const { runTogether } = await import("./house/run.mjs");
  const ok = await runTogether([
    { name: "format and lint", command: `${ROOT}/node_modules/.bin/biome`, args: ["check", "--error-on-warnings"] },
    { name: "types", command: `${ROOT}/node_modules/.bin/tsc`, args: ["--noEmit", "-p", "tsconfig.json"] },
    { name: "unused code", command: `${ROOT}/node_modules/.bin/knip`, args: ["--no-progress"] },
  ]);
  process.exitCode = ok ? 0 : 1;
});
