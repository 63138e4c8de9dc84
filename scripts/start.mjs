// `npm start`: installs and builds when something changed, then becomes the server.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, built, becomeCrm }) => {
  await installed();
  await built("@crm/server");
  await becomeCrm(["serve", ...process.argv.slice(2)]);
});
