import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "@crm/db";
import { createOrganization, createTestDatabase, createUser, TEST_PASSWORD, type TestDatabase } from "@crm/db/testing";
import { createDependencies, type Dependencies, type DependenciesOptions, type Logger } from "@crm/services";
import { serve } from "@hono/node-server";
import { createApp, type HttpConfig } from "../../src/app.ts";
import { RestContract } from "./rest-contract.ts";

/** Where the pages of the tests pretend to come from. */
export const PAGE_ORIGIN = "https://crm.example";

/** Those of the installation: all its processes have the same. */
const KEYS: Pick<DependenciesOptions, "signingKeys" | "encryptionKeys"> = {
  signingKeys: [{ id: "test", secret: randomBytes(32) }],
  encryptionKeys: [{ id: "test", key: randomBytes(32) }],
};

interface LogLine {
  level: string;
  fields: Record<string, unknown>;
  message: string;
}

type NewUser = Parameters<typeof createUser>[2];

export interface TestServer {
  url: string;
  database: TestDatabase;
  dependencies: Dependencies;
  organization: Awaited<ReturnType<typeof createOrganization>>;
  log: LogLine[];
  /** Every answer of the REST face is compared with the OpenAPI document; `stop` fails when one is not as it says. */
  contract: RestContract;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** JSON in, JSON out; the status is beside the body. */
  json(method: string, path: string, options?: JsonOptions): Promise<JsonAnswer>;
  /** A user of the organization, signed in by password. */
  signIn(
    fields?: NewUser,
  ): Promise<{ user: Awaited<ReturnType<typeof createUser>>; accessToken: string; refreshToken: string }>;
  /** How many are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

interface JsonOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

interface JsonAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  body: any;
}

/** What the process is made of; with `shared` it is one more on that server's database, which outlives it. */
interface ProcessOptions extends Partial<DependenciesOptions> {
  shared?: Pick<TestServer, "database" | "organization">;
}

/** The whole HTTP face on a free port, over a database of its own. */
export async function startTestServer(
  config: Partial<HttpConfig> = {},
  { shared, ...options }: ProcessOptions = {},
): Promise<TestServer> {
  const database = shared?.database ?? (await createTestDatabase());
  // A process has connections of its own, and what is prepared on them.
  const { db, close } = shared ? connect({ url: database.url, maxConnections: 10 }) : { ...database, close: () => {} };
  const log: LogLine[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void log.push({ level, fields: fields as Record<string, unknown>, message });
  const logger: Logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const dependencies = createDependencies({
    db,
    logger,
    ...KEYS,
    mailServers: {},
    ...options,
  });
  const organization = shared?.organization ?? (await createOrganization(database.db, { slug: "default" }));
  const app = createApp({
    dependencies,
    config: { production: false, corsOrigins: [PAGE_ORIGIN], trustProxy: 0, ...config },
    ready: async () => ({ database: true }),
  });
  const contract = new RestContract();
  const answer = async (...[request, ...rest]: Parameters<typeof app.fetch>) =>
    contract.check(request, await app.fetch(request, ...rest)).catch((error) => {
      // Here it would come out as an empty answer.
      console.error("the answer could not be compared with the OpenAPI document:", error);
      throw error;
    });
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: answer, port: 0, hostname: "127.0.0.1" }, () => resolve(started as Server));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const json = async (method: string, path: string, { token, body, headers = {} }: JsonOptions = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  };

  return {
    url,
    database,
    dependencies,
    organization,
    log,
    contract,
    fetch: (path, init) => fetch(url + path, init),
    json,
    async signIn(fields = {}) {
      const user = await createUser(database.db, organization, fields);
      const { body } = await json("POST", "/api/auth/login", {
        body: { username: user.username, password: TEST_PASSWORD },
      });
      return { user, ...body.data.tokens };
    },
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async stop() {
      await dependencies.liveFeed.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await dependencies.background.stop();
      await dependencies.limits.close();
      await dependencies.revocations.close();
      await close();
      if (!shared) await database.drop();
      contract.assertKept();
    },
  };
}
