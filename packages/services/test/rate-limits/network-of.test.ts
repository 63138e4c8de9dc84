import { expect, test } from "vitest";
import { networkOf } from "../../src/rate-limits/network-of.ts";

test("an IPv4 address stands for itself, and what is unknown is one network", () => {
  expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
  expect(networkOf(null)).toBe("unknown");
});

test("IPv6 addresses are counted by /64, however they are written", () => {
  const written = [
    "2001:db8:0:1::",
    "2001:0db8::1:a:b:c:d",
    "2001:DB8:0:1:ffff:ffff:ffff:ffff",
    "2001:db8:0:1::192.0.2.1",
  ];
  expect(new Set(written.map(networkOf))).toEqual(new Set(["2001:db8:0:1::/64"]));
  expect(networkOf("2001:db8:0:2::1")).toBe("2001:db8:0:2::/64");
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
});
