import type { Logger } from "@crm/services";
import type { Config } from "./env.ts";

/** Tells whoever started the process what it is doing. */
export interface Progress {
  step(text: string): void;
  /** What a step is at, when it takes longer than a moment. */
  detail(text: string): void;
  /** Lines that are always shown as they are. */
  show(text: string): void;
}

/** Lines for a person; in production, where a machine reads the output, steps are lines of the log. */
export function createProgress({ production }: Pick<Config, "production">, logger: Logger): Progress {
  const show = (text: string) => void process.stdout.write(`${text}\n`);
  const log = (text: string) => logger.info({}, text);
  if (production) return { show, step: log, detail: log };
  return { show, step: (text) => show(`  • ${text}`), detail: (text) => show(`    ${text}`) };
}

/** For a command whose answer is all there is to show: a person at a terminal sees the steps, nobody else does. */
export function quietProgress(terminal: NodeJS.WriteStream): Progress {
  const step = (text: string) => void (terminal.isTTY && terminal.write(`  • ${text}\n`));
  return { step, detail: step, show: (text) => void process.stdout.write(`${text}\n`) };
}
