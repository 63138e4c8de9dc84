import { setTimeout as wait } from "node:timers/promises";
import { connect } from "@crm/db";
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
  /** Asked again, it is the same end. */
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
  // The queue's own pool stops listening for errors before its connections are closed.
  const { pool, close } = connect({
    url: databaseUrl,
    maxConnections: CONCURRENT_JOBS + 2,
    onError: (error) => logger.warn({ err: error }, "a database connection of the background worker was lost"),
  });
  const begin = async (): Promise<Runner> => {
    const runner = await run({
      pgPool: pool,
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
    try {
      for (const { name } of tasks.filter(({ atStart }) => atStart)) await runner.addJob(name, {}, jobOptions(name));
      return runner;
    } catch (error) {
      await runner.stop().catch(() => {});
      throw error;
    }
  };

  let runner: Runner | null = await begin().catch(async (error: unknown) => {
    await close();
    throw error;
  });
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
    // It was begun anew just as it was to stop.
    await runner?.stop().catch(() => {});
  };
  const supervised = supervise();
  dependencies.background.run("watching mailboxes", watchMailboxes(dependencies, { signal: stopping.signal }));

  const stop = async (): Promise<void> => {
    stopping.abort(new Error("the worker is stopping"));
    const ended = Promise.all([runner?.stop().catch(() => {}), supervised, searchQueue.stop()]);
    await Promise.race([ended.then(close), wait(STOP_PATIENCE, undefined, { ref: false })]);
  };
  let stopped: Promise<void> | undefined;
  return {
    isRunning: () => runner !== null,
    stop: () => {
      stopped ??= stop();
      return stopped;
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
