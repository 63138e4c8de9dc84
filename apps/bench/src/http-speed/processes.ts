import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../server/dist/crm.js", import.meta.url));

export interface RunningProcess {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** A peer of this folder, in production and with its output in a file, as the server is run too. */
export async function startPeer(name: string, env: Record<string, string>, log: string): Promise<RunningProcess> {
  const output = openSync(log, "a");
  const child = fork(new URL(`./${name}.ts`, import.meta.url), {
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", ...env },
    stdio: ["ignore", output, "inherit", "ipc"],
  });
  closeSync(output);
  const ended = once(child, "exit");
  const [url] = await Promise.race([once(child, "message"), endedEarly(ended, name)]);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** `crm serve` as it was built, in production, its log in a file. `npm run build` has to have been run. */
export async function startProductionServer(env: Record<string, string>, log: string): Promise<RunningProcess> {
  const port = await freePort();
  const output = openSync(log, "a");
  const flags = (process.env.BENCH_SERVER_FLAGS ?? "").split(" ").filter(Boolean);
  const child: ChildProcess = spawn(process.execPath, [...flags, PROGRAM, "serve"], {
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", PORT: String(port), ...env },
    stdio: ["ignore", output, "inherit"],
  });
  closeSync(output);
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([untilReady(url), endedEarly(ended, "the server")]);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await wait(50);
  }
}

async function endedEarly(ended: Promise<unknown[]>, name: string): Promise<never> {
  await ended;
  throw new Error(`${name} ended before it was up`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
