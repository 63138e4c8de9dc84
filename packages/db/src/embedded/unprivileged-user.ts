import { readFile } from "node:fs/promises";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** Who PostgreSQL runs as. */
export interface Account {
  uid: number;
  gid: number;
}

const PREFERRED = ["postgres", "nobody"];

/**
 * The account for a PostgreSQL that is started by root, which it refuses to run as: the present owner of the data if
 * there is one, else an account that every system has.
 *
 * @param owner uid that the data belongs to now; 0 when there is no data or it is root's
 * @throws EmbeddedPostgresError on a system without an account that fits
 */
export async function chooseUnprivilegedUser(owner: number): Promise<Account> {
  // initdb wants an account with a name, so a bare number will not do.
  const accounts = (await readFile("/etc/passwd", "utf8").catch(() => ""))
    .split("\n")
    .map((line) => line.split(":"))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => Number.isInteger(uid) && Number.isInteger(gid) && uid > 0);
  const found =
    accounts.find(({ uid }) => uid === owner) ??
    PREFERRED.map((name) => accounts.find((account) => account.name === name)).find((account) => account !== undefined);
  if (found === undefined) {
    throw new EmbeddedPostgresError(
      "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as; start the CRM as an ordinary user, or set DATABASE_URL.",
    );
  }
  return { uid: found.uid, gid: found.gid };
}
