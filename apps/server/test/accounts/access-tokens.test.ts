import { createHmac, generateKeyPairSync, type KeyObject, sign as signBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createOrganization, createUser } from "@crm/db/testing";
import { exportJWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../http/start-test-server.ts";

const SECRET = new Uint8Array(32).fill(11);

let server: TestServer;
let claims: Record<string, unknown>;
let stranger: { publicKey: KeyObject; privateKey: KeyObject };
beforeAll(async () => {
  server = await startTestServer({}, { signingKeys: [{ id: "now", secret: SECRET }] });
  const { accessToken } = await server.signIn();
  claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
  stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
});
afterAll(() => server.stop());

const HEADER = { alg: "HS256", typ: "at+jwt", kid: "now" };
const part = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const unsigned = (header: object, payload: object | string = claims) => `${part(header)}.${part(payload)}`;

/** A token made by hand, as no library would. */
function forge(header: object, payload: object | string = claims, { secret = SECRET, hash = "sha256" } = {}): string {
  const text = unsigned(header, payload);
  return `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`;
}

function forgeByStranger(header: object): string {
  const text = unsigned(header);
  return `${text}.${signBytes("sha256", Buffer.from(text), stranger.privateKey).toString("base64url")}`;
}

const statusOf = async (token: string) => (await server.json("GET", "/api/auth/me", { token })).status;

async function expectRefused(tokens: Record<string, string>) {
  for (const [name, token] of Object.entries(tokens)) expect(await statusOf(token), name).toBe(401);
}

describe("an access token", () => {
  it("made as ours are is accepted, so that the refusals below mean something", async () => {
    expect(await statusOf(forge(HEADER))).toBe(200);
  });

  it("is refused without a signature, or with a changed one", async () => {
    const good = forge(HEADER);
    const [head = "", body = "", signature = ""] = good.split(".");
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    const none = ["none", "None", "NONE", "nOnE"].map((alg) => [`alg ${alg}`, `${unsigned({ ...HEADER, alg })}.`]);
    await expectRefused({
      ...Object.fromEntries(none),
      "none, with the signature left on": `${unsigned({ ...HEADER, alg: "none" })}.${signature}`,
      "no signature": `${head}.${body}.`,
      "two parts": `${head}.${body}`,
      "four parts": `${good}.${signature}`,
      "a changed signature": `${head}.${body}.${flipped}`,
      "another body": `${head}.${part({ ...claims, sub: "01900000-0000-7000-8000-000000000000" })}.${signature}`,
      "another secret": forge(HEADER, claims, { secret: new Uint8Array(32) }),
      "the empty secret": forge(HEADER, claims, { secret: new Uint8Array(0) }),
      "a detached payload (RFC 7797)": forge({ ...HEADER, b64: false, crit: ["b64"] }),
      "an unknown critical header": forge({ ...HEADER, exp: 1, crit: ["exp"] }),
    });
  });

  it("is refused under any other algorithm", async () => {
    await expectRefused({
      HS384: forge({ ...HEADER, alg: "HS384" }, claims, { hash: "sha384" }),
      HS512: forge({ ...HEADER, alg: "HS512" }, claims, { hash: "sha512" }),
      "HS512, signed as HS256": forge({ ...HEADER, alg: "HS512" }),
      "RS256, signed as HS256": forge({ ...HEADER, alg: "RS256" }),
      "RS256 by a stranger": forgeByStranger({ ...HEADER, alg: "RS256" }),
      "lower case": forge({ ...HEADER, alg: "hs256" }),
      "no algorithm": forge({ typ: HEADER.typ, kid: HEADER.kid }),
    });
  });

  it("cannot bring its own key, and makes the server fetch none", async () => {
    const jwk = await exportJWK(stranger.publicKey);
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [{ ...jwk, kid: "theirs" }] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks.json`;
    const symmetric = { kty: "oct", k: Buffer.alloc(32).toString("base64url") };
    try {
      await expectRefused({
        jwk: forgeByStranger({ ...HEADER, alg: "RS256", jwk }),
        "jwk, our kid left out": forgeByStranger({ alg: "RS256", typ: HEADER.typ, jwk }),
        "a symmetric jwk": forge({ ...HEADER, jwk: symmetric }, claims, { secret: new Uint8Array(32) }),
        jku: forgeByStranger({ ...HEADER, alg: "RS256", kid: "theirs", jku: url }),
        x5u: forgeByStranger({ ...HEADER, alg: "RS256", kid: "theirs", x5u: url }),
        "a kid that is an address": forge({ ...HEADER, kid: url }),
        "a kid that is a path": forge({ ...HEADER, kid: "../../../../dev/null" }, claims, {
          secret: new Uint8Array(0),
        }),
      });
      expect(asked).toEqual([]);
    } finally {
      elsewhere.close();
    }
  });

  it("is refused with a key we do not know, or none, whatever its name", async () => {
    const kids = ["unknown", "", "NOW", "__proto__", "constructor", 0, null, ["now"], { toString: "now" }];
    await expectRefused(
      Object.fromEntries(kids.map((kid) => [JSON.stringify(kid), forge({ ...HEADER, kid: kid as string })])),
    );
    await expectRefused({ "no kid": forge({ alg: "HS256", typ: HEADER.typ }) });
  });

  it("is refused as another kind of token, from another issuer, or for somebody else", async () => {
    await expectRefused({
      "typ JWT": forge({ ...HEADER, typ: "JWT" }),
      "typ of a refresh token": forge({ ...HEADER, typ: "rt+jwt" }),
      "no typ": forge({ alg: "HS256", kid: "now" }),
      issuer: forge(HEADER, { ...claims, iss: "crm.example" }),
      "no issuer": forge(HEADER, { ...claims, iss: undefined }),
      audience: forge(HEADER, { ...claims, aud: "profile" }),
      "no audience": forge(HEADER, { ...claims, aud: undefined }),
    });
  });

  it("is refused once it is over, and when its end is no finite number", async () => {
    const now = Math.floor(Date.now() / 1000);
    const endless = [
      "1e999",
      "-1e999",
      '"9999999999"',
      "null",
      "true",
      "[9999999999]",
      '{"valueOf":9999999999}',
      '"Infinity"',
    ];
    const withExp = (exp: string) => JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', `"exp":${exp}`);
    await expectRefused(Object.fromEntries(endless.map((exp) => [`exp ${exp}`, forge(HEADER, withExp(exp))])));
    await expectRefused({
      over: forge(HEADER, { ...claims, exp: now - 1 }),
      "no exp": forge(HEADER, { ...claims, exp: undefined }),
      "not yet": forge(HEADER, { ...claims, nbf: now + 600 }),
    });
  });

  it("speaks for its own session alone, and for its own tenant", async () => {
    const { db } = server.database;
    const other = await createUser(db, server.organization);
    const elsewhere = await createOrganization(db);
    await expectRefused({
      "another user": forge(HEADER, { ...claims, sub: other.id }),
      "another tenant": forge(HEADER, { ...claims, org: elsewhere.id }),
      "an unknown session": forge(HEADER, { ...claims, sid: "01900000-0000-7000-8000-000000000000" }),
      "no session": forge(HEADER, { ...claims, sid: undefined }),
      "a session that is no text": forge(HEADER, { ...claims, sid: [claims.sid] }),
    });
  });

  it("is refused in whatever else a header can hold", async () => {
    await expectRefused({
      empty: "",
      dots: "..",
      "not JSON": `${part("{")}.${part("{")}.x`,
      "a body that is a list": forge(HEADER, "[]"),
      "a body that is a number": forge(HEADER, "1"),
      "ten thousand letters": "x".repeat(10_000),
    });
  });
});

describe("signing keys", () => {
  const [old, fresh] = [
    { id: "old", secret: new Uint8Array(32).fill(1) },
    { id: "new", secret: new Uint8Array(32).fill(2) },
  ];

  it("rotate from process to process without one request being refused", async () => {
    // Every process learns the new key first, then signs by it, and forgets the old one when its tokens are over.
    const first = await startTestServer({}, { signingKeys: [old] });
    const started: TestServer[] = [];
    const start = async (...signingKeys: [typeof old, ...(typeof old)[]]) => {
      const process = await startTestServer({}, { signingKeys, shared: first });
      started.push(process);
      return process;
    };
    const tokens: string[] = [];
    /** Each of the two that run side by side takes what either of them, or an earlier one, has signed. */
    const bothWork = async (...running: TestServer[]) => {
      for (const process of running) tokens.push((await process.signIn()).accessToken);
      for (const process of running) {
        for (const token of tokens) expect((await process.json("GET", "/api/auth/me", { token })).status).toBe(200);
      }
    };
    try {
      const learnt = await start(old, fresh);
      await bothWork(first, learnt);
      const signing = await start(fresh, old);
      await bothWork(learnt, signing);
      const forgetful = await start(fresh);
      const [ofOldKey = ""] = tokens.splice(0, tokens.length);
      await bothWork(signing, forgetful);
      expect((await forgetful.json("GET", "/api/auth/me", { token: ofOldKey })).status).toBe(401);
    } finally {
      for (const process of started) await process.stop();
      await first.stop();
    }
  });
});
