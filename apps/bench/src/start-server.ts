import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../server/src/crm.ts", import.meta.url));

export interface RunningServer {
  url: string;
  stop(): Promise<void>;
}

/** `crm serve` as a process of its own on a free port, so that what asks it takes nothing of its time. */
export async function startServer(env: Record<string, string>): Promise<RunningServer> {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@crm/source", PROGRAM, "serve"], {
    env: { PATH: process.env.PATH ?? "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    // Read to the end: a server whose log nobody takes would stand still once the pipe is full.
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (output.length < 10_000) output += text;
      const [, address] = /Address\s+(http:\S+)/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once("close", () => reject(new Error(`the server ended before it was up:\n${output}`)));
  });
  return {
    url,
    async stop() {
      const ended = once(child, "close");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
