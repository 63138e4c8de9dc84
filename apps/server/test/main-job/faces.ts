import { restProcedures } from "@crm/api";
import { createCrmClient } from "@crm/sdk";

// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
type Answer = any;

/** One way to call procedures, signed in as whoever signed in through it. */
export interface Face {
  /** Calls `contacts.add` and the like; the answer is the procedure's `data`, whichever way it came. */
  call(procedure: string, input?: object): Promise<Answer>;
}

export const FACES: readonly { name: string; open(url: string): Face }[] = [
  { name: "REST", open: openRest },
  { name: "the SDK", open: openSdk },
  { name: "tRPC", open: openTrpc },
];

/** Keeps the tokens that answers bring, as a client by hand would. */
function tokenKeeper() {
  let accessToken: string | undefined;
  return {
    headers: () => ({
      "content-type": "application/json",
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    }),
    keep(data: Answer) {
      if (data?.tokens) accessToken = data.tokens.accessToken;
      return data;
    },
  };
}

function openRest(url: string): Face {
  const tokens = tokenKeeper();
  return {
    async call(name, input = {}) {
      const procedure = restProcedures.find((candidate) => candidate.name === name);
      if (!procedure) throw new Error(`${name} has no route`);
      const rest: Record<string, unknown> = { ...input };
      const path = procedure.path.replace(/\{(\w+)\}/g, (_, key: string) => {
        const value = String(rest[key]);
        delete rest[key];
        return encodeURIComponent(value);
      });
      const isRead = procedure.method === "GET";
      const query = new URLSearchParams(
        Object.entries(rest).map(([key, value]): [string, string] => [key, String(value)]),
      );
      const response = await fetch(`${url}${path}${isRead && query.size > 0 ? `?${query}` : ""}`, {
        method: procedure.method,
        headers: tokens.headers(),
        ...(!isRead && { body: JSON.stringify(rest) }),
      });
      const body = (await response.json()) as Answer;
      if (!body.success) throw Object.assign(new Error(body.error), { code: body.code });
      return tokens.keep(procedure.isPage ? { items: body.data, nextCursor: body.meta.nextCursor } : body.data);
    },
  };
}

function openSdk(url: string): Face {
  const crm = createCrmClient({ baseUrl: url });
  return {
    call(name, input) {
      const procedure = name.split(".").reduce((node: Answer, key) => node[key], crm);
      return input === undefined ? procedure() : procedure(input);
    },
  };
}

function openTrpc(url: string): Face {
  const tokens = tokenKeeper();
  return {
    async call(name, input) {
      const procedure = restProcedures.find((candidate) => candidate.name === name);
      const isRead = procedure?.method === "GET";
      const json = procedure?.takesInput ? JSON.stringify({ json: input ?? {} }) : undefined;
      const query = isRead && json !== undefined ? `?input=${encodeURIComponent(json)}` : "";
      const response = await fetch(`${url}/trpc/${name}${query}`, {
        method: isRead ? "GET" : "POST",
        headers: tokens.headers(),
        ...(!isRead && { body: json ?? "{}" }),
      });
      const { result, error } = (await response.json()) as Answer;
      if (error) throw Object.assign(new Error(error.json.message), { code: error.json.data.reason });
      return tokens.keep(result.data.json);
    },
  };
}
