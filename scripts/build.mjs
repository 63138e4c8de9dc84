// `npm run build`: everything that is published or run.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, built }) => {
  await installed();
  await built();
});
