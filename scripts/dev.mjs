// `npm run dev`: the server from its sources, restarted when one of them changes.
import "./require-node.mjs";

import("./house/prepare.mjs").then(async ({ installed }) => {
  await installed();
  const { runAndReload } = await import("./house/reload.mjs");
  await runAndReload(process.argv.slice(2));
});
