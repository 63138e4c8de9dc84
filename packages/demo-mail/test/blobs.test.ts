import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoMailServer, startDemoMail } from "../src/index.ts";
import { jsonOf, MailClient } from "./mail-client.ts";

describe("upload and download", () => {
  let server: DemoMailServer;
  let client: MailClient;
  beforeAll(async () => {
    server = await startDemoMail({ seed: "empty", limits: { maxSizeUpload: 300_000 } });
    client = await MailClient.connect(server);
  });
  afterAll(() => server.close());

  it("gives the very octets back", async () => {
    const content = Buffer.from(Array.from({ length: 200_000 }, (_none, index) => (index * 7) % 256));
    const response = await client.upload(content, "image/png");
    expect(response.status).toBe(201);
    const blob = await jsonOf(response);
    expect(blob).toMatchObject({ accountId: client.accountId, type: "image/png", size: content.length });
    const download = await client.download(blob.blobId, "a.png", "image/png");
    expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true);
    expect(download.headers.get("content-length")).toBe(String(content.length));
    expect(download.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("refuses more than the session allows, announced or not", async () => {
    const body = Buffer.alloc(300_001);
    const response = await client.upload(body);
    expect(response.status).toBe(413);
    expect(await jsonOf(response)).toMatchObject({ type: "urn:ietf:params:jmap:error:limit", limit: "maxSizeUpload" });
  });

  it("keeps accounts apart", async () => {
    server.addAccount("eva@crm.test", "secret");
    const eva = await MailClient.connect(server, "eva@crm.test", "secret");
    const { blobId } = await jsonOf(await client.upload("mine"));
    expect((await eva.download(blobId)).status).toBe(404);
    const foreign = client.url("downloadUrl", { blobId, name: "x", type: "text/plain" });
    expect((await fetch(foreign, { headers: { authorization: eva.authorization } })).status).toBe(404);
  });
});
