import { isIP } from "node:net";

/**
 * The address a request came from. Of X-Forwarded-For only what our own proxies wrote is believed: with `hops` of
 * them, the entry that many places from the right. Whatever a client put before that is ignored.
 */
export function clientAddress(
  remote: string | undefined,
  forwardedFor: string | undefined,
  hops: number,
): string | null {
  const socket = plain(remote ?? "");
  if (hops === 0 || forwardedFor === undefined) return socket;
  const chain = forwardedFor.split(",").map((entry) => plain(entry.trim()));
  return chain[Math.max(0, chain.length - hops)] ?? socket;
}

/** IPv4 as IPv4, also where the socket speaks IPv6. Null for what is no address. */
function plain(address: string): string | null {
  const unmapped = address.replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(unmapped) === 0 ? null : unmapped;
}
