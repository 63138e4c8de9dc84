import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";

const PATIENCE = 1_000;

/**
 * Waits until nobody is connected any more, a second at most. A pool says that it has ended while its farewells are
 * still on the way; a PostgreSQL that stops before they arrive answers them with an error that nobody listens for.
 */
export async function untilUnused(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: PATIENCE });
  client.on("error", () => {});
  try {
    await client.connect();
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await wait(10)) {
      const { rows } = await client.query(
        "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1",
      );
      if (rows.length === 0) break;
    }
  } catch {
    // It does not answer, so nobody uses it either.
  } finally {
    await client.end().catch(() => {});
  }
}
