import { type SQL, sql } from "drizzle-orm";

/** Beyond so many addresses reading all of a mailbox's index is cheaper than to look each of them up in it. */
const FEW = 100;

/**
 * A condition on `mailbox_messages` as `m`: that the message names one of the addresses (lower case). To be used beside
 * `ownRows`, with which it is one look into the index.
 */
export function namesAny(addresses: readonly string[]): SQL {
  const wanted = sql`${sql.param([...addresses])}::text[]`;
  return addresses.length <= FEW
    ? sql`m.addresses && ${wanted}`
    : sql`EXISTS (SELECT FROM unnest(m.addresses) AS p (address) WHERE p.address = ANY (${wanted}))`;
}
