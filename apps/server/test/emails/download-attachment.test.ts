import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cases, type House, multipart, openHouse, part, type Resident } from "./open-mailbox.ts";

const TEXT = "Content-Type: text/plain\n\nSee below.\n";
const bytes = randomBytes(70_000);

const urlsOf = (message: { jmapId: string; attachments: { blobId: string }[] }) =>
  message.attachments.map(({ blobId }) => `/api/emails/${message.jmapId}/attachments/${blobId}`);
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

for (const { name, isMissing, open } of cases) {
  describe.skipIf(isMissing)(`a file in a message at ${name}`, () => {
    let house: House;
    let resident: Resident;
    let urls: string[];
    beforeAll(async () => {
      house = await openHouse(open);
      resident = await house.settle(
        multipart("First", [
          TEXT,
          part("ponuka č. 5.pdf", "application/pdf", bytes),
          part("page.html", "text/html", "<script>alert(1)</script>"),
          part("drawing.svg", "image/svg+xml", "<svg/>"),
        ]),
        multipart("Second", [TEXT, part("other.txt", "text/plain", "other")]),
      );
      urls = (await resident.mail()).flatMap(urlsOf);
    });
    afterAll(() => house.close());

    it("comes byte for byte, as a download that nothing runs", async () => {
      const response = await resident.fetch(urls[0] ?? "");
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "application/pdf",
        "content-length": String(bytes.length),
        "content-disposition": `attachment; filename="ponuka ?. 5.pdf"; filename*=UTF-8''ponuka%20%C4%8D.%205.pdf`,
        "content-security-policy": expect.stringMatching(/^sandbox;/),
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      expect((await bytesOf(response)).equals(bytes)).toBe(true);
    });

    it("comes the same with a slash at the end", async () => {
      const response = await resident.fetch(`${urls[0]}/`);
      expect(response.headers.get("content-type")).toBe("application/pdf");
      expect((await bytesOf(response)).length).toBe(bytes.length);
    });

    it("comes as mere bytes when a browser would take it for a page", async () => {
      for (const url of urls.slice(1, 3)) {
        const response = await resident.fetch(url);
        expect(response.headers.get("content-type")).toBe("application/octet-stream");
        expect((await bytesOf(response)).length).toBeGreaterThan(0);
      }
    });

    it("is described without asking the mail server, for HEAD and over tRPC", async () => {
      house.proxy.onDownload = (_, response) => response.destroy();
      const head = await resident.fetch(urls[0] ?? "", { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
      house.proxy.onDownload = null;
      const [jmapId, blobId] = [urls[0]?.split("/")[3], urls[0]?.split("/")[5]];
      const input = encodeURIComponent(JSON.stringify({ json: { jmapId, blobId } }));
      const answer = await (await resident.fetch(`/trpc/emails.attachment?input=${input}`)).json();
      expect(answer).toMatchObject({
        result: { data: { json: { blobId, name: "ponuka č. 5.pdf", type: "application/pdf", url: urls[0] } } },
      });
    });

    it("is given for the message that holds it alone, though the mail server would give it for any", async () => {
      const [first = "", , , other = ""] = urls;
      const foreign = first.replace(/[^/]+$/, other.split("/").at(-1) ?? "");
      const message = await resident.get(first.replace(/\/attachments.*/, ""));
      const { rows } = await house.server.database.pool.query("SELECT thread_id FROM emails WHERE jmap_id = $1", [
        message.jmapId,
      ]);
      expect(rows).toHaveLength(1);
      for (const url of [foreign, first.replace(/[^/]+$/, "Gnothing")]) {
        const response = await resident.fetch(url);
        expect([response.status, await response.json()]).toMatchObject([404, { code: "NOT_FOUND" }]);
      }
      expect((await resident.fetch(`${first}?download=1`)).status).toBe(400);
      expect((await resident.fetch(first, { method: "DELETE" })).status).toBe(405);
    });
  });
}

describe("a file that the mail server is slow to give, or does not", () => {
  const MiB = 1_048_576;
  let house: House;
  let resident: Resident;
  let url: string;
  beforeAll(async () => {
    house = await openHouse(cases.find(({ name }) => name === "demo-mail")?.open ?? expect.fail("no demo-mail"));
    resident = await house.settle(multipart("Film", [TEXT, part("film.mp4", "video/mp4", "film")]));
    [url = ""] = (await resident.mail()).flatMap(urlsOf);
  });
  afterAll(() => house.close());
  beforeEach(() => {
    house.proxy.onDownload = null;
  });

  it("is passed on while it comes: no more of it is in the process than a few pieces", async () => {
    const total = 96 * MiB;
    let given = 0;
    house.proxy.onDownload = async (_, response) => {
      const piece = Buffer.alloc(MiB);
      response.writeHead(200, { "content-length": total });
      for (; given < total; given += piece.length) {
        if (!response.write(piece)) await once(response, "drain");
      }
      response.end();
    };
    const before = process.memoryUsage().rss;
    const response = await resident.fetch(url);
    let taken = 0;
    for await (const chunk of response.body ?? []) {
      taken += chunk.byteLength;
      expect(given - taken).toBeLessThan(32 * MiB);
    }
    expect(taken).toBe(total);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * MiB);
  });

  it("ends with an error, not as if it were whole, when the mail server breaks off", async () => {
    for (const headers of [{ "content-length": 3 * MiB }, {}]) {
      house.server.log.length = 0;
      house.proxy.onDownload = (_, response) => {
        response.writeHead(200, headers);
        response.write(Buffer.alloc(MiB), () => response.destroy());
      };
      const response = await resident.fetch(url);
      expect(response.status).toBe(200);
      await expect(response.arrayBuffer()).rejects.toThrow();
      expect(house.server.log.map(({ message }) => message)).toContain("a download was broken off");
    }
    expect((await resident.fetch("/api/auth/me")).status).toBe(200);
  });

  it.each(["before it began", "half-way"])("is let go at the mail server when the caller leaves %s", async (when) => {
    const asked = new Promise<ServerResponse>((resolve) => {
      house.proxy.onDownload = (_, response) => {
        if (when === "half-way") response.writeHead(200).write(Buffer.alloc(1000));
        resolve(response);
      };
    });
    const controller = new AbortController();
    const fetched = resident.fetch(url, { signal: controller.signal });
    fetched.catch(() => {});
    const response = await asked;
    const gone = once(response, "close");
    if (when === "half-way") await (await fetched).body?.getReader().read();
    controller.abort();
    await gone;
    expect(response.writableFinished).toBe(false);
  });

  it("is not found when the mail server has it no more, and unavailable when it is away", async () => {
    house.proxy.onDownload = (_, response) => response.writeHead(404).end();
    expect(await (await resident.fetch(url)).json()).toMatchObject({ code: "NOT_FOUND" });
    house.proxy.onDownload = (_, response) => response.destroy();
    const away = await resident.fetch(url);
    expect(away.headers.get("content-disposition")).toBeNull();
    expect([away.status, await away.json()]).toMatchObject([502, { code: "MAIL_SERVER_UNAVAILABLE" }]);
  });
});
