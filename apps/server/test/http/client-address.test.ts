import { describe, expect, it } from "vitest";
import { clientAddress } from "../../src/http/client-address.ts";

describe("the address of a client", () => {
  it("is the socket's where no proxy is trusted, whatever X-Forwarded-For says", () => {
    expect(clientAddress("192.0.2.1", "203.0.113.9", 0)).toBe("192.0.2.1");
  });

  it("is the entry that our own proxies wrote, not what the client put before it", () => {
    expect(clientAddress("10.0.0.1", "1.2.3.4, 203.0.113.9", 1)).toBe("203.0.113.9");
    expect(clientAddress("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", 2)).toBe("203.0.113.9");
    expect(clientAddress("10.0.0.1", "203.0.113.9", 2)).toBe("203.0.113.9");
  });

  it("is never something that is no address", () => {
    expect(clientAddress("10.0.0.1", "203.0.113.9, <script>", 1)).toBe("10.0.0.1");
    expect(clientAddress("::ffff:192.0.2.1", undefined, 1)).toBe("192.0.2.1");
    expect(clientAddress(undefined, undefined, 0)).toBeNull();
  });
});
