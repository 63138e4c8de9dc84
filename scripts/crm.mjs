// `crm …` from a checkout, for the npm scripts db:migrate, db:seed and their kind.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, built, becomeCrm }) => {
  await installed();
  await built("@crm/server");
  await becomeCrm(process.argv.slice(2));
});
