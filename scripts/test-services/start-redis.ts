import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "@crm/db/testing";
import type { Service } from "./service.ts";

const PROGRAM = "/usr/bin/redis-server";
const START_TIMEOUT = 10_000;
// The shell outlives us by a moment: when the pipe to it closes, it ends Redis, whichever way we went.
const WATCHED = '"$@" & server=$!; read -r line; kill "$server"; wait "$server"';

/** A Redis without persistence on loopback. */
export async function startRedis(folder: string): Promise<Service<string>> {
  const name = "Redis";
  if (!existsSync(PROGRAM)) {
    return { name, coordinates: null, reason: "the Debian package redis-server is not installed" };
  }
  const port = await freePort();
  const command = [PROGRAM, "--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no"];
  const shell = spawn("/bin/sh", ["-c", WATCHED, "redis", ...command, "--dir", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  await untilItAnswers(port);
  return {
    name,
    coordinates: `redis://127.0.0.1:${port}`,
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
