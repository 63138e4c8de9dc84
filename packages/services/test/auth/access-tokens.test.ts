import { randomBytes } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";
import { AccessTokens } from "../../src/auth/access-tokens.ts";
import { SigningKeys } from "../../src/auth/signing-keys.ts";

const tokens = new AccessTokens(new SigningKeys([{ id: "test", secret: randomBytes(32) }]));
const claims = { userId: "user", organizationId: "organization", sessionId: "session" };

afterEach(() => {
  vi.useRealTimers();
});

it("a token that was verified before ends with its hour all the same", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const token = tokens.sign(claims);
  expect(await tokens.verify(token)).toEqual(claims);
  vi.advanceTimersByTime(3_599_000);
  expect(await tokens.verify(token)).toEqual(claims);
  vi.advanceTimersByTime(1_000);
  expect(await tokens.verify(token)).toBeNull();
});

it("a token that differs from a verified one by its signature is none", async () => {
  const token = tokens.sign(claims);
  await tokens.verify(token);
  const [head, body] = token.split(".");
  expect(await tokens.verify(`${head}.${body}.${randomBytes(32).toString("base64url")}`)).toBeNull();
});

it("more tokens than are remembered are verified as well", async () => {
  const many = Array.from({ length: 10_100 }, (_, index) => tokens.sign({ ...claims, sessionId: `session ${index}` }));
  for (const token of many) await tokens.verify(token);
  expect(await tokens.verify(many[0] ?? "")).toMatchObject({ sessionId: "session 0" });
  expect(await tokens.verify(many.at(-1) ?? "")).toMatchObject({ sessionId: "session 10099" });
}, 30_000);
