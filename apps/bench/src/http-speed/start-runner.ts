import { fork } from "node:child_process";
import { once } from "node:events";

/** A process that answers each task with what it measured. */
export interface Runner<Task, Answer> {
  run(task: Task): Promise<Answer>;
  stop(): void;
}

/** Starts a module of this folder in a process of its own, so that it takes nothing of the time of what it measures. */
export async function startRunner<Task extends object, Answer>(module: string): Promise<Runner<Task, Answer>> {
  const child = fork(new URL(`./${module}.ts`, import.meta.url));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${module} ended with ${code}`);
  });
  ended.catch(() => {});
  const message = () => Promise.race([once(child, "message"), ended]);
  await message();
  return {
    async run(task) {
      child.send(task);
      const [answer] = await message();
      return answer as Answer;
    },
    stop: () => child.connected && child.disconnect(),
  };
}
