import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TEST_PASSWORD } from "@crm/db/testing";
import { type CrmClient, createCrmClient, type FileContent, memoryTokenStore } from "@crm/sdk";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Belongings, openWorld, type Person, type World } from "../http/open-world.ts";

let world: World;
let person: Person;
let own: Belongings;
let crm: CrmClient;
const store = memoryTokenStore();
beforeAll(async () => {
  world = await openWorld();
  person = await world.moveIn();
  own = await world.settle(person);
  crm = createCrmClient({ baseUrl: world.server.url, tokens: store, retry: 1 });
  await crm.auth.login({ username: person.user.username, password: TEST_PASSWORD });
});
afterAll(() => world.close());

const outlive = async () => {
  const tokens = await store.get();
  if (tokens) await store.set({ ...tokens, accessToken: "over" });
};

describe("files through the SDK", () => {
  const bytes = new Uint8Array(randomBytes(200_000));

  const contents: [what: string, content: FileContent][] = [
    ["a Uint8Array", bytes],
    ["a part of an ArrayBuffer", new Uint8Array(bytes.buffer.slice(0), 0, bytes.length)],
    ["an ArrayBuffer", bytes.buffer.slice(0)],
    ["a Blob", new Blob([bytes], { type: "application/pdf" })],
    ["a File", new File([bytes], "ceník (1).pdf", { type: "application/pdf" })],
  ];

  it.each(contents)("go out as %s, and come back the same", async (what, content) => {
    const isBlob = content instanceof Blob;
    const uploaded = await crm.emails.uploadAttachment({ content, ...(what !== "a File" && { name: "a.bin" }) });
    expect(uploaded).toMatchObject({
      name: what === "a File" ? "ceník (1).pdf" : "a.bin",
      type: isBlob ? "application/pdf" : "application/octet-stream",
      size: bytes.length,
    });
    const { blobId, name, type } = uploaded;
    const mail = { to: "friend@x.test", subject: what, body: "", attachments: [{ blobId, name, type }] };
    const { email } = await crm.emails.send(mail);
    const [file] = email?.attachments ?? [];
    const response = await crm.emails.attachment({ jmapId: email?.jmapId ?? "", blobId: file?.blobId ?? "" });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("are fetched and uploaded once more when the access token is over", async () => {
    await outlive();
    expect((await crm.emails.attachment(own)).status).toBe(200);
    await outlive();
    expect(await crm.emails.uploadAttachment({ content: bytes })).toMatchObject({ name: "attachment" });
  });

  it("are refused with an error like every other", async () => {
    const nothing = crm.emails.attachment({ jmapId: own.jmapId, blobId: "nothing" });
    await expect(nothing).rejects.toMatchObject({ name: "CrmError", code: "NOT_FOUND", status: 404 });
    const named = crm.emails.uploadAttachment({ content: bytes, name: "a\r\nBcc: x@x.test" });
    await expect(named).rejects.toMatchObject({ code: "VALIDATION_ERROR", details: [{ path: "name" }] });
    const large = crm.emails.uploadAttachment({ content: new Uint8Array(25 * 1_048_576 + 1) });
    await expect(large).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE", requestId: expect.any(String) });
    const aborted = crm.emails.attachment(own, { signal: AbortSignal.abort("enough") });
    await expect(aborted).rejects.toBe("enough");
  });

  it("are uploaded again under the same key when the answer was lost", async () => {
    const keys: (string | undefined)[] = [];
    const http = createServer((request) => {
      keys.push(request.headers["idempotency-key"] as string | undefined);
      request.socket.destroy();
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const lost = createCrmClient({ baseUrl: url, retry: 1 }).emails.uploadAttachment({ content: new Blob(["hello"]) });
    await expect(lost).rejects.toMatchObject({ code: "NETWORK_ERROR", status: null });
    expect(keys).toEqual([expect.stringMatching(/./), keys[0]]);
    http.close();
  });

  it("are pictures too, as bytes or in base64", async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#fff" } })
      .png()
      .toBuffer();
    const images = [new Uint8Array(picture), new Blob([new Uint8Array(picture)]), picture.toString("base64")];
    for (const image of images) expect((await crm.auth.setAvatar({ image })).avatarUrl).toContain("/avatar?v=");
    await expect(crm.auth.setAvatar({ image: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
      code: "UNPROCESSABLE",
    });
  });
});
