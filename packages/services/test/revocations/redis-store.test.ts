import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { newId, type Transaction } from "@crm/db";
import { Redis } from "ioredis";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { MemoryRevocationStore } from "../../src/revocations/memory-store.ts";
import { RedisRevocationStore } from "../../src/revocations/redis-store.ts";

declare module "vitest" {
  interface ProvidedContext {
    redis: string | null;
  }
}

const redisUrl = inject("redis");
const silent = () => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };
/** Redis takes part in none. */
const noTransaction = null as unknown as Transaction;
const newToken = (seconds = 86_400) => ({
  organizationId: newId(),
  tokenId: newId(),
  expiresAt: Math.floor(Date.now() / 1000) + seconds,
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

function open(url: string): RedisRevocationStore {
  const store = new RedisRevocationStore(url, logger);
  closing.push(() => store.close());
  return store;
}

describe.skipIf(redisUrl === null)("revoked tokens in Redis", () => {
  it("are remembered for as long as they would have lived, and no longer", async () => {
    const store = open(redisUrl as string);
    await store.prepare();
    const [day, hour] = [newToken(), newToken(3_600)];
    for (const token of [day, hour]) await store.revoke(noTransaction, token);
    expect([await store.isRevoked(day), await store.isRevoked(hour), await store.isRevoked(newToken())]).toEqual([
      true,
      true,
      false,
    ]);
    const client = new Redis(redisUrl as string);
    closing.push(() => client.disconnect());
    const lives = [await client.ttl(`crm:revoked:${day.tokenId}`), await client.ttl(`crm:revoked:${hour.tokenId}`)];
    expect(lives.map((seconds) => Math.ceil(seconds / 60))).toEqual([1440, 60]);
    expect(await client.ttl("crm:revoked-since")).toBe(-1);
  });
});

it("a Redis that takes connections and never answers keeps nobody waiting, and vouches for no token", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const store = open(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await store.prepare();
  await expect(store.isRevoked(newToken())).rejects.toMatchObject({ code: "TOKEN_UNVERIFIED", retryAfter: 3 });
  await expect(store.revoke(noTransaction, newToken())).rejects.toMatchObject({ code: "OVERLOADED" });
}, 10_000);

it("memory holds no token longer than it would have lived", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const store = new MemoryRevocationStore();
  const tokens = Array.from({ length: 3 }, () => newToken());
  for (const token of tokens) await store.revoke(noTransaction, token);
  expect(store.size).toBe(3);
  vi.setSystemTime(Date.now() + 90_000_000);
  await store.revoke(noTransaction, newToken());
  expect(store.size).toBe(1);
});
