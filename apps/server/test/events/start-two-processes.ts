import { randomBytes } from "node:crypto";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const UNLIMITED = { windowMs: 900_000, maxRequests: 10_000_000, loginMax: 10_000_000, sensitiveMax: 10_000_000 };

/** What two `crm serve` on one database are: nothing is shared but that and the keys. */
export async function startTwoProcesses(): Promise<{ here: TestServer; there: TestServer; stop(): Promise<void> }> {
  const options = {
    signingKeys: [{ id: "both", secret: randomBytes(32) }] as const,
    encryptionKeys: [{ id: "both", key: randomBytes(32) }] as const,
    rateLimits: UNLIMITED,
  };
  const here = await startTestServer({}, options);
  const there = await startTestServer({}, { ...options, shared: here });
  return {
    here,
    there,
    async stop() {
      await there.stop();
      await here.stop();
    },
  };
}
