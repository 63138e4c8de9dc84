import { setTimeout as wait } from "node:timers/promises";
import { type Dependencies, followSearchQueue, watchMailboxes } from "@crm/services";
import { parseCronItems, type Runner, run, type TaskList } from "graphile-worker";
import { toGraphileLogger } from "./graphile-logger.ts";
import { type BackgroundTask, TASKS } from "./tasks.ts";

/** Jobs at a time; a long sync must leave room for the others. */
const CONCURRENT_JOBS = 4;
/** The queue gives up after a while without its database; then it is begun anew after that long, in milliseconds. */
const RESTART_DELAY = 3_000;
/** How long running jobs may take to notice that they are to stop, in milliseconds. */
const STOP_PATIENCE = 10_000;

/**
 * One job of a task waits or runs at a time. A job whose process died stays locked for hours: with a key and no queue
 * name, the next minute's job takes its place all the same.
 */
const jobOptions = (name: string) => ({ jobKey: name, maxAttempts: 2 });

export interface BackgroundWorker {
  /** False while the job queue cannot be reached. */
  isRunning(): boolean;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  dependencies: Dependencies;
  databaseUrl: string;
  tasks?: readonly BackgroundTask[];
}

/** Takes jobs off the queue until it is stopped. Any number of processes may do so on one database. */
export async function startWorker({
  dependencies,
  databaseUrl,
  tasks = TASKS,
}: WorkerOptions): Promise<BackgroundWorker> {
  const { logger } = dependencies;
  const stopping = new AbortController();
  const taskList = toTaskList(dependencies, tasks, stopping.signal);
  const begin = async (): Promise<Runner> => {
    const runner = await run({
      connectionString: databaseUrl,
      maxPoolSize: CONCURRENT_JOBS + 2,
      concurrency: CONCURRENT_JOBS,
      noHandleSignals: true,
      logger: toGraphileLogger(logger),
      taskList,
      parsedCronItems: parseCronItems(
        tasks.map(({ name, cron }) => ({
          task: name,
          match: cron,
          options: { backfillPeriod: 0, ...jobOptions(name) },
        })),
      ),
    });
    for (const { name } of tasks.filter(({ atStart }) => atStart)) await runner.addJob(name, {}, jobOptions(name));
    return runner;
  };

  let runner: Runner | null = await begin();
  const searchQueue = followSearchQueue(dependencies);
  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runner?.promise.catch(() => {});
      runner = null;
      if (stopping.signal.aborted) return;
      logger.warn({}, "the background worker stopped, probably with its database; it is started again");
      await wait(RESTART_DELAY, undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) {
        runner = await begin().catch((error: unknown) => {
          logger.error({ err: error }, "the background worker could not be started");
          return null;
        });
      }
    }
  };
  const supervised = supervise();
  dependencies.background.run("watching mailboxes", watchMailboxes(dependencies, { signal: stopping.signal }));

  return {
    isRunning: () => runner !== null,
    stop: async () => {
      stopping.abort(new Error("the worker is stopping"));
      const ended = Promise.all([runner?.stop().catch(() => {}), supervised, searchQueue.stop()]);
      await Promise.race([ended, wait(STOP_PATIENCE, undefined, { ref: false })]);
    },
  };
}

function toTaskList(dependencies: Dependencies, tasks: readonly BackgroundTask[], signal: AbortSignal): TaskList {
  const busy = new Set<string>();
  return Object.fromEntries(
    tasks.map(({ name, run: runTask }) => [
      name,
      async () => {
        // What is due is found anew each time: while a run goes on, the next one has nothing to add.
        if (busy.has(name) || signal.aborted) return;
        busy.add(name);
        try {
          await runTask(dependencies, signal);
        } catch (error) {
          if (!signal.aborted) throw error;
        } finally {
          busy.delete(name);
        }
      },
    ]),
  );
}
