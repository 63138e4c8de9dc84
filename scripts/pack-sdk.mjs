// `npm run pack:sdk`: the SDK as the package that others install, `crm-sdk.tgz` in the checkout.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed, built, ROOT }) => {
  const { runPnpm } = await import("./house/run.mjs");
  await installed();
  await built("@crm/sdk");
  process.exitCode = await runPnpm(["--filter", "@crm/sdk", "pack", "--out", `${ROOT}/crm-sdk.tgz`]);
});
