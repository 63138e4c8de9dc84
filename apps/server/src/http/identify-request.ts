import { randomUUID } from "node:crypto";
import type { AppMiddleware } from "./app-env.ts";
import { clientAddress } from "./client-address.ts";

const USER_AGENT_MAX_LENGTH = 400;

/** Gives each request an id, which its answer, its log lines and its errors carry, and says who it came from. */
export function identifyRequest({ trustProxy }: { trustProxy: number }): AppMiddleware {
  return async (c, next) => {
    const requestId = randomUUID();
    const remote = c.env.incoming.socket.remoteAddress;
    c.set("caller", {
      requestId,
      ipAddress: clientAddress(remote, c.req.header("x-forwarded-for"), trustProxy),
      userAgent: c.req.header("user-agent")?.slice(0, USER_AGENT_MAX_LENGTH) ?? null,
    });
    c.header("X-Request-Id", requestId);
    await next();
  };
}
