import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cases, FRIEND, type House, openHouse, type Resident } from "./open-mailbox.ts";

const MiB = 1_048_576;
const PATH = "/api/emails/attachments";

interface Sent {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  body: any;
  headers: Headers;
}

/** Uploads bytes, or what a stream gives (then in chunks, of nobody knows how much). */
async function upload(
  resident: Resident,
  body: NonNullable<RequestInit["body"]> | null,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const streamed = body instanceof ReadableStream ? { duplex: "half" as const } : {};
  const response = await resident.fetch(PATH, { method: "POST", headers, ...(body && { body }), ...streamed });
  return { status: response.status, body: await response.json(), headers: response.headers };
}
const named = (disposition: string) => ({ "content-type": "text/plain", "content-disposition": disposition });

/** So many bytes in pieces of 64 KiB. */
function chunks(total: number): ReadableStream<Uint8Array> {
  let left = total;
  return new ReadableStream({
    pull(controller) {
      const piece = Math.min(left, 65_536);
      left -= piece;
      if (piece === 0) controller.close();
      else controller.enqueue(new Uint8Array(piece));
    },
  });
}

for (const { name, isMissing, open } of cases) {
  describe.skipIf(isMissing)(`a file to send, uploaded to ${name}`, () => {
    let house: House;
    let resident: Resident;
    beforeAll(async () => {
      house = await openHouse(open);
      resident = await house.settle();
    });
    afterAll(() => house.close());

    it("reaches the recipient and lies in the message that was sent, byte for byte", async () => {
      const bytes = randomBytes(300_000);
      const headers = { "content-type": "application/pdf", "content-disposition": 'attachment; filename="ponuka.pdf"' };
      const uploaded = await upload(resident, bytes, headers);
      expect(uploaded).toMatchObject({
        status: 201,
        body: { success: true, data: { name: "ponuka.pdf", type: "application/pdf", size: bytes.length } },
      });
      const { blobId, name, type } = uploaded.body.data;
      const attachments = [{ blobId, name, type }];
      const mail = { to: FRIEND, subject: "Ponuka", body: "Attached.\n", html: "<p>Attached.</p>", attachments };
      const sent = await resident.post("/api/emails/send", mail);
      expect(sent).toMatchObject({ status: 200, body: { data: { status: "sent", email: { hasAttachment: true } } } });
      const { email } = sent.body.data;
      expect(email.attachments).toMatchObject([{ name, type, size: bytes.length }]);
      const file = await resident.fetch(`/api/emails/${email.jmapId}/attachments/${email.attachments[0].blobId}`);
      expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
      const [delivered] = await house.mail.sentMessages({ from: resident.account.username });
      expect(delivered?.raw.toString("latin1").replaceAll(/\s/g, "")).toContain(bytes.toString("base64"));
    });

    it("may be of 25 MiB, in chunks of nobody knows how many, and no more", async () => {
      expect((await upload(resident, chunks(25 * MiB), named("attachment"))).body.data).toMatchObject({
        size: 25 * MiB,
      });
      const declared = await upload(resident, new Uint8Array(25 * MiB + 1), named("attachment"));
      const chunked = await upload(resident, chunks(25 * MiB + 1), named("attachment"));
      for (const refused of [declared, chunked]) {
        expect(refused).toMatchObject({ status: 413, body: { code: "PAYLOAD_TOO_LARGE" } });
        expect(refused.body.error).toBe("The body is too large: at most 25 MiB are taken.");
      }
    }, 60_000);
  });
}

describe("a file that is uploaded", () => {
  let house: House;
  let resident: Resident;
  beforeAll(async () => {
    house = await openHouse(cases.find(({ name }) => name === "demo-mail")?.open ?? expect.fail("no demo-mail"));
    resident = await house.settle();
  });
  afterAll(() => house.close());
  beforeEach(() => {
    house.proxy.onUpload = null;
  });

  it.each([
    ['attachment; filename="offer.pdf"', "offer.pdf"],
    [`attachment; filename="cena.pdf"; filename*=UTF-8''cen%C3%ADk%20%E2%82%AC.pdf`, "ceník €.pdf"],
    [Buffer.from('attachment; filename="ceník.pdf"').toString("latin1"), "ceník.pdf"],
    ['inline; filename="C:\\\\Users\\\\me\\\\offer.pdf"', "offer.pdf"],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ["attachment", "attachment"],
  ])("is called what %s says", async (disposition, name) => {
    expect((await upload(resident, "hello", named(disposition))).body.data).toMatchObject({ name, size: 5 });
  });

  it("is refused with a name or a type that would write headers of its own", async () => {
    for (const end of ["%0D%0A", "%0A", "%00", "%E2%80%A8"]) {
      const injected = await upload(resident, "hello", named(`attachment; filename*=UTF-8''a${end}Bcc:%20x@x.test`));
      expect(injected).toMatchObject({ status: 400, body: { code: "VALIDATION_ERROR", details: [{ path: "name" }] } });
    }
    expect((await upload(resident, "hello", { "content-type": "no type" })).status).toBe(400);
  });

  it("is refused when it is empty, compressed, or nobody can say whose it is", async () => {
    expect(await upload(resident, null, named("attachment"))).toMatchObject({ status: 400 });
    expect(await upload(resident, chunks(0), named("attachment"))).toMatchObject({ status: 400 });
    const packed = await upload(resident, "hello", { ...named("attachment"), "content-encoding": "gzip" });
    expect(packed).toMatchObject({ status: 415 });
    const stranger = await house.server.fetch(PATH, { method: "POST", body: "hello" });
    expect(stranger.status).toBe(401);
    const { accessToken: token } = await house.server.signIn();
    const body = { name: "a.txt", type: "text/plain", content: "aGVsbG8=" };
    const unlinked = await house.server.json("POST", "/trpc/emails.uploadAttachment", { token, body: { json: body } });
    expect(unlinked.body.error.json.data.reason).toBe("MAILBOX_NOT_LINKED");
  });

  it("is refused within a form, which would be sent as the file", async () => {
    const form = new FormData();
    form.set("file", new Blob(["hello"]), "a.txt");
    const refused = await upload(resident, form);
    expect(refused).toMatchObject({ status: 415, body: { code: "UNSUPPORTED_MEDIA_TYPE" } });
    expect(refused.body.error).toMatch(/the file itself, not a form/);
  });

  it("is passed on while it comes", async () => {
    const { readable, writable } = new TransformStream<Uint8Array>();
    const writer = writable.getWriter();
    const begun = nextUpload();
    const uploading = upload(resident, readable, named("attachment"));
    void writer.write(Buffer.from("first "));
    const [incoming, response] = await begun;
    const [first] = await once(incoming, "data");
    expect(String(first)).toBe("first ");
    void writer.write(Buffer.from("second"));
    void writer.close();
    await once(incoming, "end");
    response.end(
      JSON.stringify({ accountId: incoming.url?.split("/")[3], blobId: "B1", type: "text/plain", size: 12 }),
    );
    expect((await uploading).body.data).toMatchObject({ blobId: "B1", size: 12 });
  });

  it("is not whole at the mail server when the caller leaves or sends too much", async () => {
    for (const leave of [true, false]) {
      const controller = new AbortController();
      const begun = nextUpload();
      const endless = leave ? new ReadableStream({ start: (one) => one.enqueue(Buffer.from("x")) }) : chunks(26 * MiB);
      const init = { method: "POST", headers: named("attachment"), duplex: "half" } as const;
      const uploading = resident.fetch(PATH, { ...init, body: endless, signal: controller.signal }).catch(() => null);
      const [incoming] = await begun;
      const gone = new Promise((resolve) => incoming.on("close", resolve));
      incoming.on("error", () => {}).resume();
      if (leave) controller.abort();
      await gone;
      expect(incoming.complete).toBe(false);
      expect((await uploading)?.status).toBe(leave ? undefined : 413);
    }
  });

  it("says why when the mail server does not take it", async () => {
    house.proxy.onUpload = (incoming, response) =>
      void incoming.resume().on("end", () => response.writeHead(413).end());
    expect(await upload(resident, "hello")).toMatchObject({
      status: 413,
      body: { error: expect.stringContaining("mail server") },
    });
    house.proxy.onUpload = (_, response) => response.destroy();
    expect(await upload(resident, "hello")).toMatchObject({ status: 502, body: { code: "MAIL_SERVER_UNAVAILABLE" } });
  });

  it("is uploaded once for one idempotency key, which is not for another file", async () => {
    const keyed = { ...named('attachment; filename="a.txt"'), "idempotency-key": "file" };
    const first = await upload(resident, "hello", keyed);
    const again = await upload(resident, "hello", keyed);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replay")).toBe("true");
    expect(await upload(resident, "HELLO", keyed)).toMatchObject({
      status: 409,
      body: { code: "IDEMPOTENCY_KEY_REUSED" },
    });
    const { rows } = await house.server.database.pool.query(
      "SELECT new_value FROM audit_logs WHERE action = 'email.upload_attachment' AND resource_id = $1 AND success",
      [first.body.data.blobId],
    );
    expect(rows.filter(({ new_value }) => new_value.name === "a.txt")).toHaveLength(1);
  });

  function nextUpload() {
    return new Promise<[IncomingMessage, ServerResponse]>((resolve) => {
      house.proxy.onUpload = (incoming, response) => resolve([incoming, response]);
    });
  }
});
