import type { CrmClient } from "../client-types.ts";
import { createCrmClient } from "../create-crm-client.ts";
import { memoryTokenStore } from "../token-store.ts";
import { answerRest } from "./answer-rest.ts";
import { answerTrpc } from "./answer-trpc.ts";
import { Sessions, unauthorized } from "./auth-handlers.ts";
import { makeEmail, openDesk, tell } from "./desk.ts";
import type { Email, FakeCrmOptions } from "./fake-types.ts";
import { procedureOf } from "./procedures.ts";
import { errorOf } from "./wire.ts";

/** A call that reached the fake. */
interface FakeCall {
  /** `contacts.add` */
  procedure: string;
  input: unknown;
}

/**
 * A CRM in memory, for tests without a server.
 * @example
 * ```ts
 * const fake: FakeCrm = createFakeCrm({ people: [{ username: "eva" }, { username: "ota" }] });
 * const eva = fake.signIn("eva");
 * fake.receive({ from: [{ name: "Jan", email: "jan@example.com" }], subject: "Your offer" }, "eva");
 * console.log(fake.calls.map(({ procedure }) => procedure));
 * ```
 */
export interface FakeCrm {
  /** For `createCrmClient`, with any `baseUrl`. */
  readonly fetch: typeof globalThis.fetch;
  /** Every call so far, in order. */
  readonly calls: readonly FakeCall[];
  /** A client of somebody who is signed in already. @default the first person */
  signIn(username?: string): CrmClient;
  /** Mail comes in for somebody, and those who subscribed to events hear of it. @default the first person */
  receive(email: Partial<Email>, username?: string): void;
  /** All access tokens are over, as after an hour: the next call of each client renews its own. */
  expireAccessTokens(): void;
}

/**
 * Makes a CRM in memory: people sign in to it, have contacts and mail, and are refused as by the server. Whatever it has no
 * answer for is given by your `handlers`, which are typed as the server's procedures.
 * @example
 * ```ts
 * const fake = createFakeCrm({ people: [{ contacts: [{ email: "eva@example.com" }] }] });
 * const crm = fake.signIn(); // or createCrmClient({ baseUrl: "http://crm.test", fetch: fake.fetch })
 * await crm.contacts.list();
 * ```
 */
export function createFakeCrm({ people = [{}], handlers = {} }: FakeCrmOptions = {}): FakeCrm {
  const desks = people.map(openDesk);
  const sessions = new Sessions(desks);
  const calls: FakeCall[] = [];
  const answered = new Map<string, string>();

  const deskOf = (username = desks[0]?.user.username) => {
    const desk = desks.find(({ user }) => user.username === username);
    if (!desk) throw new Error(`there is nobody named ${username} in this fake CRM`);
    return desk;
  };

  const run = async (procedure: string, input: unknown, token: string | null): Promise<unknown> => {
    calls.push({ procedure, input });
    const session = sessions.ofAccessToken(token);
    return procedureOf({ procedure, handlers, sessions, session })(input ?? {}, { user: session?.desk.user ?? null });
  };

  const fetch: typeof globalThis.fetch = async (target, init) => {
    const request = new Request(target, init);
    request.signal.throwIfAborted();
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? null;
    const { pathname } = new URL(request.url);
    if (pathname.includes("/trpc/")) return answerTrpc(request, answered, (name, input) => run(name, input, token));
    const session = sessions.ofAccessToken(token);
    if (!session) return errorOf(unauthorized()).asRest();
    return answerRest(request, session.desk);
  };

  return {
    fetch,
    calls,
    signIn(username) {
      const { tokens } = sessions.open(deskOf(username));
      return createCrmClient({ baseUrl: "http://crm.fake", fetch, tokens: memoryTokenStore(tokens) });
    },
    receive(email, username) {
      const desk = deskOf(username);
      const received = makeEmail(desk, email);
      desk.emails.push(received);
      const { body: _, bodyHtml: __, ...summary } = received;
      tell(desk, "email.received", summary);
    },
    expireAccessTokens: () => sessions.expireAccessTokens(),
  };
}
