import { createOrganization, createUser, TEST_PASSWORD } from "@crm/db/testing";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const picture = (width = 640, height = 480, background = "#3366cc") =>
  sharp({ create: { width, height, channels: 3, background } });

interface Answer {
  code?: string;
  data: { avatarUrl: string };
}

const put = (token: string, image: Uint8Array, type = "image/png") =>
  server
    .fetch("/api/auth/me/avatar", {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      body: new Uint8Array(image),
    })
    .then(async (response) => ({ status: response.status, body: (await response.json()) as Answer }));
const fetchAvatar = (url: string, token: string, headers: Record<string, string> = {}) =>
  server.fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers } });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe("a profile picture", () => {
  it("is taken as PNG, JPEG or WebP and served as WebP of 256 pixels", async () => {
    const { accessToken: token, user } = await server.signIn();
    for (const format of ["png", "jpeg", "webp"] as const) {
      const set = await put(token, await picture().toFormat(format).toBuffer(), `image/${format}`);
      expect(set.status).toBe(200);
      const { avatarUrl } = set.body.data;
      expect(avatarUrl).toMatch(new RegExp(`^/api/users/${user.id}/avatar\\?v=[0-9a-f]{16}$`));
      expect((await server.json("GET", "/api/auth/me", { token })).body.data.avatarUrl).toBe(avatarUrl);
      const served = await fetchAvatar(avatarUrl, token);
      expect(served.headers.get("content-type")).toBe("image/webp");
      expect(served.headers.get("x-content-type-options")).toBe("nosniff");
      const { format: is, width, height } = await sharp(await bytesOf(served)).metadata();
      expect({ is, width, height }).toEqual({ is: "webp", width: 256, height: 256 });
    }
  });

  it("is not sent again to whoever has it", async () => {
    const { accessToken: token } = await server.signIn();
    const { avatarUrl } = (await put(token, await picture().png().toBuffer())).body.data;
    const first = await fetchAvatar(avatarUrl, token);
    expect(first.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const etag = first.headers.get("etag") ?? "";
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await fetchAvatar(avatarUrl, token, { "if-none-match": known });
      expect([again.status, again.headers.get("etag"), (await bytesOf(again)).length]).toEqual([304, etag, 0]);
    }
    expect((await fetchAvatar(avatarUrl, token, { "if-none-match": '"other"' })).status).toBe(200);
    const unversioned = await fetchAvatar(avatarUrl.split("?")[0] ?? "", token);
    expect(unversioned.headers.get("cache-control")).toBe("private, no-cache");

    const next = (await put(token, await picture(300, 300, "#cc3366").png().toBuffer())).body.data.avatarUrl;
    expect(next).not.toBe(avatarUrl);
    expect((await fetchAvatar(next, token, { "if-none-match": etag })).status).toBe(200);
  });

  it("loses its metadata and stands upright", async () => {
    const { accessToken: token } = await server.signIn();
    const photo = await picture(600, 200)
      .composite([{ input: await picture(300, 200, "#ff0000").png().toBuffer(), left: 0, top: 0 }])
      .withExif({ IFD0: { Copyright: "Somebody's secret place", Orientation: "6" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const { avatarUrl } = (await put(token, photo, "image/jpeg")).body.data;
    const served = await bytesOf(await fetchAvatar(avatarUrl, token));
    const metadata = await sharp(served).metadata();
    expect([metadata.exif, metadata.icc, metadata.xmp, metadata.orientation]).toEqual(Array(4).fill(undefined));
    expect(served.includes("secret place")).toBe(false);
    // Turned by a quarter, the red half is on top.
    const { data, info } = await sharp(served).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels] ?? 0;
    expect([at(128, 20) > 200, at(128, 235) < 120]).toEqual([true, true]);
  });

  it("refuses what is no such picture, whatever it calls itself", async () => {
    const { accessToken: token } = await server.signIn();
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    const gif = await picture(9, 9).gif().toBuffer();
    const tiff = await picture(9, 9).tiff().toBuffer();
    const cut = (await picture().jpeg().toBuffer()).subarray(0, 400);
    for (const bytes of [svg, gif, tiff, cut, Buffer.from("no picture at all")]) {
      const answer = await put(token, bytes);
      expect([answer.status, answer.body.code]).toEqual([422, "UNPROCESSABLE"]);
    }
    expect((await put(token, svg, "image/svg+xml")).body.code).toBe("UNSUPPORTED_MEDIA_TYPE");
    expect((await put(token, svg, "application/json")).body.code).toBe("UNSUPPORTED_MEDIA_TYPE");
    expect((await put(token, new Uint8Array())).body.code).toBe("VALIDATION_ERROR");
    expect((await server.json("GET", "/api/auth/me", { token })).body.data.avatarUrl).toBeNull();
  });

  it("refuses what is too large, in bytes or once it is unpacked", async () => {
    const { accessToken: token } = await server.signIn();
    expect((await put(token, Buffer.alloc(2 * 1_048_576 + 1))).body.code).toBe("PAYLOAD_TOO_LARGE");
    const bomb = await picture(12_000, 12_000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(2 * 1_048_576);
    const before = process.memoryUsage().rss;
    expect((await put(token, bomb)).body.code).toBe("UNPROCESSABLE");
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it("is set over tRPC in base64, beyond the size of other bodies", async () => {
    const { accessToken: token } = await server.signIn();
    const noise = await sharp({
      create: {
        width: 720,
        height: 720,
        channels: 3,
        background: "#000",
        noise: { type: "gaussian", mean: 128, sigma: 60 },
      },
    })
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(noise.length).toBeGreaterThan(1_200_000);
    const body = { json: { image: noise.toString("base64") } };
    const set = await server.json("POST", "/trpc/auth.setAvatar", { token, body });
    expect(set.body.result.data.json.avatarUrl).toContain("/avatar?v=");
    const other = await server.json("POST", "/trpc/auth.updateMe", { token, body });
    expect(other.status).toBe(413);
    const wrong = await server.json("POST", "/trpc/auth.setAvatar", { token, body: { json: { image: "no base64!" } } });
    expect(wrong.body.error.json.data.reason).toBe("VALIDATION_ERROR");
  });

  it("can be taken away, and that twice", async () => {
    const { accessToken: token, user } = await server.signIn();
    const { avatarUrl } = (await put(token, await picture().png().toBuffer())).body.data;
    for (let times = 0; times < 2; times++) {
      const removed = await server.json("DELETE", "/api/auth/me/avatar", { token });
      expect(removed.body).toEqual({ success: true, data: { avatarUrl: null } });
    }
    expect((await fetchAvatar(avatarUrl, token)).status).toBe(404);
    const { rows } = await server.database.pool.query(
      "SELECT action FROM audit_logs WHERE resource_id = $1 ORDER BY id",
      [user.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(["user.set_avatar", "user.remove_avatar"]);
  });

  it("is for the signed-in of the same organization", async () => {
    const { accessToken: token } = await server.signIn();
    const { avatarUrl } = (await put(token, await picture().png().toBuffer())).body.data;
    const { accessToken: colleague } = await server.signIn();
    expect((await fetchAvatar(avatarUrl, colleague)).status).toBe(200);
    expect((await server.fetch(avatarUrl)).status).toBe(401);
    const elsewhere = await createOrganization(server.database.db);
    const stranger = await createUser(server.database.db, elsewhere);
    const signedIn = await server.json("POST", "/api/auth/login", {
      body: { username: stranger.username, password: TEST_PASSWORD, organization: elsewhere.slug },
    });
    const foreign = await fetchAvatar(avatarUrl, signedIn.body.data.tokens.accessToken);
    expect([foreign.status, ((await foreign.json()) as Answer).code]).toEqual([404, "NOT_FOUND"]);
    expect((await fetchAvatar("/api/users/nobody/avatar", token)).status).toBe(400);
    expect((await server.json("POST", avatarUrl, { token })).status).toBe(405);
  });
});
