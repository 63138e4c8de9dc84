import { randomBytes } from "node:crypto";
import type { DemoMailOptions } from "@crm/demo-mail";
import type { TestMailServer } from "../mail-server.ts";
import { selectSent, waitForSent } from "../sent-messages.ts";

export interface DemoServerOptions {
  /** Limits that the server announces and enforces, where they matter to a test. */
  limits?: NonNullable<DemoMailOptions["limits"]>;
}

/** Starts a demo-mail server of its own, without accounts; nobody answers what is sent. */
export async function startDemoServer({ limits = {} }: DemoServerOptions = {}): Promise<TestMailServer> {
  // Whoever starts a Cyrus imports this folder too, and has no use for the demo.
  const { startDemoMail } = await import("@crm/demo-mail");
  const server = await startDemoMail({ accounts: [], replyDelay: null, limits });
  const sentMessages: TestMailServer["sentMessages"] = async (selection = {}) => selectSent(server.sent, selection);
  return {
    name: "demo-mail",
    sessionUrl: server.sessionUrl,
    async createAccount() {
      const username = `user-${randomBytes(6).toString("hex")}@example.test`;
      return server.addAccount(username, randomBytes(12).toString("base64url"), { sample: false });
    },
    async append({ username }, messages) {
      for (const { raw, mailbox, receivedAt = new Date(), seen, flagged } of messages) {
        const keywords = [...(seen ? ["$seen"] : []), ...(flagged ? ["$flagged"] : [])];
        await server.append(username, raw, { mailbox: mailbox.toLowerCase(), keywords, receivedAt });
      }
    },
    async deliver({ username }, raw) {
      await server.deliver(username, raw);
    },
    sentMessages,
    waitForSent: (to, timeout) => waitForSent(sentMessages, to, timeout),
    expire: async ({ username }) => server.expire(username),
    stop: () => server.close(),
  };
}
