import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../embedded/free-port.ts";

/** Where Debian puts it. */
export const REDIS_PROGRAM = "/usr/bin/redis-server";
const START_TIMEOUT = 10_000;
// The shell outlives us by a moment: when the pipe to it closes, it ends Redis, whichever way we went.
const WATCHED = '"$@" & server=$!; read -r line; kill "$server"; wait "$server"';

export interface RedisServerOptions {
  /** Where it may write. */
  folder: string;
  /** @default a free one */
  port?: number;
  /** Whether it remembers what it was told when it is started again in the same folder. @default false */
  persistent?: boolean;
}

export interface RedisServer {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** A Redis on loopback; it answers once this is done. */
export async function startRedisServer({
  folder,
  port: wanted,
  persistent = false,
}: RedisServerOptions): Promise<RedisServer> {
  const port = wanted ?? (await freePort());
  const keeping = ["--save", "", "--appendonly", persistent ? "yes" : "no", "--appendfsync", "always"];
  const command = [REDIS_PROGRAM, "--bind", "127.0.0.1", "--port", String(port), ...keeping, "--dir", folder];
  const shell = spawn("/bin/sh", ["-c", WATCHED, "redis", ...command], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  await untilItAnswers(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      const gone = once(shell, "exit");
      shell.stdin.end();
      await gone;
    },
  };
}

async function untilItAnswers(port: number): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await wait(20)) {
    const socket = connect(port, "127.0.0.1");
    const answered = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answered) return;
  }
  throw new Error(`Redis did not start within ${START_TIMEOUT} ms`);
}
