// `npm run build`: everything that is published or run; with a name, that package and what it needs to run.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, built }) => {
  await installed();
  await built(process.argv[2]);
});
