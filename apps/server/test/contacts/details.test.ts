import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  token = (await server.signIn()).accessToken;
});
afterAll(() => server.stop());

describe("what is said of a contact", () => {
  it("is the same tag with spaces around it, once", async () => {
    const body = { email: "tags@x.test", tags: ["vip", " vip", "vip ", "  dlhodobý klient "] };
    const added = await server.json("POST", "/api/contacts", { token, body });
    expect(added.body.data.contact.tags).toEqual(["vip", "dlhodobý klient"]);
    const { id } = added.body.data.contact;
    const changed = await server.json("PATCH", `/api/contacts/${id}`, { token, body: { tags: ["b ", " a", "b"] } });
    expect(changed.body.data.tags).toEqual(["b", "a"]);
    const empty = await server.json("PATCH", `/api/contacts/${id}`, { token, body: { tags: ["  "] } });
    expect([empty.status, empty.body.details[0].path]).toEqual([400, "tags.0"]);
  });

  it("is no name when nothing or only spaces were typed into it", async () => {
    const added = await server.json("POST", "/api/contacts", { token, body: { email: "blank@x.test", name: " " } });
    expect(added.body.data.contact.name).toBeNull();
    const path = `/api/contacts/${added.body.data.contact.id}`;
    expect((await server.json("PATCH", path, { token, body: { name: "Eva" } })).body.data.name).toBe("Eva");
    expect((await server.json("PATCH", path, { token, body: { notes: "x" } })).body.data.name).toBe("Eva");
    expect((await server.json("PATCH", path, { token, body: { name: "" } })).body.data.name).toBeNull();
  });
});

describe("the blocklist", () => {
  it("takes no asterisk, which would block nobody", async () => {
    for (const pattern of ["*@spam.test", "@*.spam.test"]) {
      const { status, body } = await server.json("POST", "/api/contacts/blocklist", { token, body: { pattern } });
      expect([status, body.details]).toEqual([
        400,
        [{ path: "pattern", message: "takes no *; @ and a domain is all of that domain" }],
      ]);
    }
  });
});
