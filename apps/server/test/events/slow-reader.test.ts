import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const EVENTS = 4_000;
/** Together far more than the buffers between the two take. */
const BYTES = 10_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it("a reader that takes nothing holds nothing in memory, and loses the connection with its session", async () => {
  const { user, accessToken } = await server.signIn();
  await server.database.pool.query(
    `INSERT INTO events (organization_id, user_id, type, data)
     SELECT $1, $2, 'contact.updated', jsonb_build_object('notes', repeat('x', $3::int), 'number', n)
     FROM generate_series(1, $4::int) n`,
    [user.organizationId, user.id, BYTES, EVENTS],
  );
  const query = vi.spyOn(server.database.pool, "query");
  const pages = () => query.mock.calls.filter(([text]) => JSON.stringify(text).includes("read_events")).length;

  const slow = await openAndTakeNothing(server.url, accessToken);
  // It reads ahead until the buffers of the connection are full, and then no more.
  let read = 0;
  await expect
    .poll(
      () => {
        const before = read;
        read = pages();
        return read > 0 && read === before;
      },
      { interval: 500, timeout: 20_000 },
    )
    .toBe(true);
  expect(read).toBeLessThan(EVENTS / 100);

  const cut = new Promise<void>((resolve) => {
    slow.once("close", () => resolve());
  });
  await server.json("POST", "/api/auth/logout", { token: accessToken });
  // Those of fetch go after some seconds of idleness.
  await expect.poll(server.connections, { timeout: 10_000 }).toBe(0);
  // What had been sent by then is all that comes.
  let taken = 0;
  slow.on("error", () => {});
  slow.on("data", (chunk: Buffer) => {
    taken += chunk.length;
  });
  slow.resume();
  await cut;
  expect(taken).toBeLessThan(EVENTS * BYTES);
  query.mockRestore();
});

function openAndTakeNothing(url: string, token: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.pause();
      socket.write(
        `GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\nLast-Event-ID: 0\r\n\r\n`,
        () => resolve(socket),
      );
    });
    socket.once("error", reject);
  });
}
