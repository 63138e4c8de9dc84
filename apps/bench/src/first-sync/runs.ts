import { fork } from "node:child_process";

export interface Mailbox {
  sessionUrl: string;
  username: string;
  password: string;
}

export interface Run {
  messages: number;
  milliseconds: number;
  /** A sync after it, with nothing new, in milliseconds; where that is measured. */
  nothingNew?: number;
  /** Octets of memory above what the process had before its first run, at the most. */
  memory: number;
}

/** A measured process of its own, so that neither side pays for the other's memory and garbage. */
export async function startRunner(
  module: URL,
  settings: Record<string, string>,
): Promise<{ run(mailbox: Mailbox): Promise<Run>; stop(): void }> {
  const child = fork(module, {
    env: { ...process.env, ...settings },
  });
  const message = () =>
    new Promise<Run>((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the measured process ended with ${code}`));
      child.once("exit", onExit);
      child.once("message", (run) => {
        child.off("exit", onExit);
        resolve(run as Run);
      });
    });
  await message();
  return {
    async run(mailbox) {
      const answer = message();
      child.send(mailbox);
      return answer;
    },
    stop: () => child.disconnect(),
  };
}

/** Runs in the measured process: answers each mailbox with what it took to read it. */
export async function answerRuns(run: (mailbox: Mailbox) => Promise<Omit<Run, "memory">>): Promise<void> {
  const rss = () => process.memoryUsage.rss();
  // Not collected before each run: that throws away what the engine has learnt of the code, and no server does it.
  const idle = rss();
  process.on("message", async (mailbox) => {
    let most = rss();
    const watch = setInterval(() => {
      most = Math.max(most, rss());
    }, 50);
    const measured = await run(mailbox as Mailbox);
    clearInterval(watch);
    process.send?.({ ...measured, memory: most - idle });
  });
  process.once("disconnect", () => process.exit());
  process.send?.("ready");
}
