import type { DemoMailServer } from "../src/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field, which is what the tests are about
export type Json = any;
type Answer = [name: string, args: Json, callId: string];

export async function jsonOf(response: Response): Promise<Json> {
  return response.json();
}

/** The few lines of JMAP that the tests speak, over real HTTP. */
export class MailClient {
  private constructor(
    readonly session: Json,
    readonly accountId: string,
    readonly authorization: string,
  ) {}

  static async connect(server: DemoMailServer, username = "demo@crm.test", password = "demo"): Promise<MailClient> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const response = await fetch(server.sessionUrl, { headers: { authorization } });
    const session = await jsonOf(response);
    return new MailClient(session, session.primaryAccounts["urn:ietf:params:jmap:mail"], authorization);
  }

  url(name: "apiUrl" | "uploadUrl" | "downloadUrl" | "eventSourceUrl", values: Record<string, string> = {}): string {
    const template: string = this.session[name];
    return template.replace(/\{(\w+)\}/g, (_whole, key: string) =>
      key === "accountId" ? this.accountId : encodeURIComponent(values[key] ?? ""),
    );
  }

  post(body: unknown, contentType = "application/json"): Promise<Response> {
    const headers = { authorization: this.authorization, "content-type": contentType };
    return fetch(this.url("apiUrl"), {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Runs calls; each gets the account's id and its index as call id. */
  async calls(...calls: [name: string, args: Record<string, unknown>][]): Promise<Answer[]> {
    const response = await this.post({
      using: ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission"],
      methodCalls: calls.map(([name, args], index) => [name, { accountId: this.accountId, ...args }, String(index)]),
    });
    return (await jsonOf(response)).methodResponses;
  }

  /** Runs one call and returns what it answers. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<Json> {
    const [answer] = await this.calls([name, args]);
    return answer?.[0] === "error" ? { error: answer[1] } : answer?.[1];
  }

  async mailboxId(role: string): Promise<string> {
    const { list } = await this.call("Mailbox/get", { ids: null });
    return list.find((mailbox: { role: string | null }) => mailbox.role === role).id;
  }

  async upload(body: string | Uint8Array, type = "application/octet-stream"): Promise<Response> {
    const headers = { authorization: this.authorization, "content-type": type };
    return fetch(this.url("uploadUrl"), { method: "POST", headers, body });
  }

  download(blobId: string, name = "file", type = "application/octet-stream"): Promise<Response> {
    return fetch(this.url("downloadUrl", { blobId, name, type }), { headers: { authorization: this.authorization } });
  }
}
