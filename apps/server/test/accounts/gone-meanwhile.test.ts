import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MATRIX } from "../http/authorization-matrix.ts";
import { type Answer, FACES, PROCEDURES, type Procedure } from "../http/call-procedure.ts";
import { openWorld, type World } from "../http/open-world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** What changes something, and would be done for its owner were it not for what happens meanwhile. */
const WRITES = PROCEDURES.filter(({ name, type }) => type === "mutation" && MATRIX[name]?.answers.startsWith("ok")).map(
  (procedure) => [procedure.name, procedure] as const,
);

const waiting = async () => {
  const { rows } = await world.server.database.pool.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows.length > 0;
};

/** Asks, and has `deletion` take effect between the moment the request is let in and the one in which it writes. */
async function askDuring(deletion: string, values: unknown[], ask: () => Promise<Answer>): Promise<Answer> {
  const other = await world.server.database.pool.connect();
  try {
    await other.query("BEGIN");
    await other.query(deletion, values);
    let answered = false;
    const answer = ask().finally(() => {
      answered = true;
    });
    await expect.poll(async () => answered || (await waiting()), { timeout: 20_000, interval: 10 }).toBe(true);
    await other.query("COMMIT");
    return await answer;
  } finally {
    other.release();
  }
}

/** Somebody with all that the procedure asks for. */
async function prepare(procedure: Procedure) {
  const person = await world.moveIn();
  const own = await world.settle(person);
  const input = MATRIX[procedure.name]?.input?.(own, person);
  const token = await person.token();
  const owner = [person.user.organizationId, person.user.id];
  return { owner, ask: () => FACES.REST(world.server.url, procedure, input, token) };
}

describe("a request whose user is deleted while it runs", () => {
  it.each(WRITES)("is done, or answered like one without a session: %s", async (_, procedure) => {
    const { owner, ask } = await prepare(procedure);
    const { status, code } = await askDuring("DELETE FROM users WHERE organization_id = $1 AND id = $2", owner, ask);
    if (status >= 300) expect({ status, code }).toEqual({ status: 401, code: (await ask()).code });
  });
});

describe("a request whose mailbox is unlinked while it runs", () => {
  const ofMail = WRITES.filter(([name]) => /^(emails|contacts)\.|unlink/.test(name));

  it.each(ofMail)("is done, or says so: %s", async (_, procedure) => {
    const { owner, ask } = await prepare(procedure);
    const unlinking = "DELETE FROM mail_accounts WHERE organization_id = $1 AND user_id = $2";
    const { status, code } = await askDuring(unlinking, owner, ask);
    if (status >= 300) expect({ status, code }).toEqual({ status: 409, code: "MAILBOX_NOT_LINKED" });
  });
});
