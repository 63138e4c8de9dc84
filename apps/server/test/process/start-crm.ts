import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    crm: string | null;
  }
}

export interface CrmProcess {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the output once it holds the text. @throws Error when the process ends before. */
  until(text: string): Promise<string>;
  /** The exit code, or the signal's name. */
  ended: Promise<number | string>;
}

const running = new Set<ChildProcess>();

/** What an installation of its own needs, with a mail server that is not there; the database is left to be said. */
export const newEnvironment = () => ({
  NODE_ENV: "test",
  PORT: "0",
  JWT_SECRET: randomBytes(32).toString("hex"),
  ENCRYPTION_KEY: randomBytes(32).toString("base64"),
  JMAP_SESSION_URL: "http://127.0.0.1:1/jmap",
});

/** Runs the built `crm …` as a process of its own, with this environment and nothing of ours but PATH. */
export function startCrm(args: readonly string[], env: Record<string, string>): CrmProcess {
  const program = inject("crm");
  if (program === null) throw new Error("crm is not built for tests in this folder; see needed-services.ts");
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output.stderr += text;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? "unknown");
    });
  });
  const until = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => output.stdout.includes(text) && resolve(output.stdout);
      child.stdout.on("data", look);
      void ended.then((how) =>
        reject(new Error(`ended (${how}) without "${text}":\n${output.stdout}${output.stderr}`)),
      );
      look();
    });
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, until, ended };
}

/** For a suite's end: whatever a failed test left running. */
export async function endAll(): Promise<void> {
  for (const child of running) child.kill("SIGKILL");
}

/** "http://127.0.0.1:1234" out of the closing block. */
export function addressIn(stdout: string): string {
  const address = /Address\s+(http:\S+)/.exec(stdout)?.[1];
  if (address === undefined) throw new Error(`no address in:\n${stdout}`);
  return address;
}
