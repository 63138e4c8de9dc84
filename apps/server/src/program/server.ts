import type { Command } from "commander";
import { examples } from "./examples.ts";
import { type JsonOption, printAnswer } from "./print-answer.ts";

/** `crm serve`, `worker`, `migrate`, `seed`, `doctor`: the installation as a whole. */
export function addServerCommands(crm: Command): void {
  examples(
    crm
      .command("serve")
      .description("run the API and the background worker")
      .option("--no-worker", "leave background work to `crm worker`"),
    ["crm serve"],
    ["PORT=8080 HOST=0.0.0.0 crm serve", "for others, on another port"],
    ["crm serve --no-worker", "beside a `crm worker`"],
  ).action(async (options: { worker: boolean }) => (await import("../commands/serve.ts")).serve(options));

  examples(crm.command("worker").description("run the background worker alone"), [
    "crm worker",
    "beside any number of `crm serve --no-worker`",
  ]).action(async () => (await import("../commands/worker.ts")).work());

  examples(
    crm.command("migrate").description("bring the database to this release").option("--json", "answer in JSON"),
    ["crm migrate", "before the new release is started"],
  ).action((options: JsonOption) =>
    printAnswer(options, async () => (await import("../commands/migrate.ts")).migrate()),
  );

  examples(
    crm
      .command("doctor")
      .description(
        "look at everything the installation stands on, and say what to do; exit code 1 if something is wrong",
      )
      .option("--json", "answer in JSON"),
    ["crm doctor"],
    ["crm doctor --json | jq '.[] | select(.state == \"failed\")'"],
  ).action((options: JsonOption) => printAnswer(options, async () => (await import("../commands/doctor.ts")).doctor()));

  examples(
    crm.command("seed").description("make the first admin").option("--json", "answer in JSON"),
    ["crm seed", "shows a temporary password, once"],
    ["ADMIN_USERNAME=chief crm seed --json"],
  ).action((options: JsonOption) => printAnswer(options, async () => (await import("../commands/seed.ts")).seed()));
}
