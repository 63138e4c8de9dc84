// `npm test`: installs when something changed, then becomes vitest; arguments are vitest's.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, become, ROOT }) => {
  await installed();
  await become(`${ROOT}/node_modules/vitest/vitest.mjs`, ["run", ...process.argv.slice(2)]);
});
