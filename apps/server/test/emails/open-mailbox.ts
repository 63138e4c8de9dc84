import { mailServerCases, type TestAccount, type TestMailServer } from "@crm/jmap/testing";
import { expect, inject, vi } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";
import { type MailProxy, startMailProxy } from "./start-mail-proxy.ts";

export const cases = mailServerCases(inject("cyrus"));
export const FRIEND = "friend@x.test";

/** The installation, a mail server, and what stands between the two. */
export interface House {
  server: TestServer;
  mail: TestMailServer;
  proxy: MailProxy;
  /** Somebody new, signed in, with a mailbox that holds these messages (of `FRIEND`, who is a contact). */
  settle(...messages: string[]): Promise<Resident>;
  close(): Promise<void>;
}

export interface Resident {
  token: string;
  account: TestAccount;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  get(path: string): Promise<any>;
  /** Messages with bodies, by subject: within a second mail servers know no order. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  mail(): Promise<any[]>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** @returns status and body */
  post(path: string, body: unknown, headers?: Record<string, string>): ReturnType<TestServer["json"]>;
}

export async function openHouse(open: () => Promise<TestMailServer>): Promise<House> {
  const mail = await open();
  const proxy = await startMailProxy(mail.sessionUrl);
  const server = await startTestServer({}, { mailServers: { sessionUrl: proxy.sessionUrl } });
  return {
    server,
    mail,
    proxy,
    async settle(...messages) {
      const { accessToken: token } = await server.signIn({ firstName: "Jana", lastName: "Nová" });
      const account = await mail.createAccount();
      for (const message of messages) {
        const headers = `From: Friend <${FRIEND}>\r\nTo: ${account.username}\r\nMIME-Version: 1.0\r\n`;
        await mail.deliver(account, Buffer.from(headers + message.replaceAll(/\r?\n/g, "\r\n")));
      }
      const post: Resident["post"] = (path, body, headers = {}) =>
        server.json("POST", path, { token, ...(body !== undefined && { body }), headers });
      const get: Resident["get"] = async (path) => {
        const { status, body } = await server.json("GET", path, { token });
        expect(status, path).toBe(200);
        return body.data;
      };
      const linked = await post("/api/auth/link-email", { email: account.username, emailPassword: account.password });
      expect(linked.status).toBe(200);
      expect((await post("/api/contacts", { email: FRIEND })).status).toBe(201);
      const synced = await vi.waitUntil(
        async () => (await post("/api/emails/sync", undefined)).body.data?.status === "completed",
        { timeout: 20_000 },
      );
      expect(synced).toBe(true);
      return {
        token,
        account,
        get,
        post,
        async mail() {
          const list: { jmapId: string; subject: string }[] = await get("/api/emails?limit=100");
          const sorted = list.sort((one, other) => (one.subject < other.subject ? -1 : 1));
          return Promise.all(sorted.map(({ jmapId }) => get(`/api/emails/${jmapId}`)));
        },
        fetch: (path, init = {}) =>
          server.fetch(path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } }),
      };
    },
    async close() {
      await server.stop();
      await proxy.stop();
      await mail.stop();
    },
  };
}

/** A file as a part of a message: `part("a.txt", "text/plain", "hello")`. */
export const part = (name: string, type: string, content: string | Uint8Array, more = ""): string =>
  `Content-Type: ${type}\nContent-Transfer-Encoding: base64\n` +
  `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(name)}\n${more}\n` +
  `${Buffer.from(content).toString("base64").replaceAll(/.{76}/g, "$&\n")}\n`;

/** A message of several parts. */
export const multipart = (subject: string, parts: readonly string[], type = "mixed"): string =>
  `Subject: ${subject}\nContent-Type: multipart/${type}; boundary=b\n\n${parts.map((one) => `--b\n${one}\n`).join("")}--b--\n`;
