import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cases, FRIEND, type House, openHouse, type Resident } from "./open-mailbox.ts";

// The mail server writes what it is given into the header, line ends and all: ours is the only guard.
const ENDS = { CR: "\r", LF: "\n", NUL: "\0", "U+2028": "\u2028", "U+2029": "\u2029" };
const BCC = "Bcc: stranger@x.test";

let house: House;
let resident: Resident;
beforeAll(async () => {
  const open = cases.find((one) => one.name === "Cyrus" && !one.isMissing)?.open ?? cases.at(-1)?.open;
  house = await openHouse(open ?? expect.fail("there is no mail server"));
  resident = await house.settle("Subject: Hello\nMessage-ID: <hello@x.test>\n\nHello\n");
});
afterAll(() => house.close());

const MAIL = { to: FRIEND, subject: "Hello", body: "Hello" };
const FILE = { blobId: "B1", name: "a.txt", type: "text/plain" };
const FIELDS: Record<string, (end: string) => object> = {
  to: (end) => ({ to: `${FRIEND}${end}${BCC}` }),
  "the name of a recipient": (end) => ({ to: [`"Friend${end}${BCC}" <${FRIEND}>`] }),
  cc: (end) => ({ cc: `Friend <${FRIEND}>${end}${BCC}` }),
  bcc: (end) => ({ bcc: [`${end}${FRIEND}`] }),
  subject: (end) => ({ subject: `Hello${end}${BCC}` }),
  inReplyTo: (end) => ({ inReplyTo: `<hello@x.test>${end}${BCC}` }),
  threadId: (end) => ({ threadId: `T1${end}` }),
  "the name of a file": (end) => ({ attachments: [{ ...FILE, name: `a.txt${end}${BCC}` }] }),
  "the type of a file": (end) => ({ attachments: [{ ...FILE, type: `text/plain${end}${BCC}` }] }),
  "the id of a file": (end) => ({ attachments: [{ ...FILE, blobId: `B1${end}` }] }),
};

describe.each(Object.entries(ENDS))("%s", (_name, end) => {
  it.each(Object.entries(FIELDS))("is refused in %s", async (field, evil) => {
    const isOfReplies = field === "inReplyTo" || field === "threadId";
    const inReplyTo = isOfReplies ? {} : { inReplyTo: "<hello@x.test>" };
    const answers = [await resident.post("/api/emails/reply", { ...MAIL, ...inReplyTo, ...evil(end) })];
    if (!isOfReplies) answers.push(await resident.post("/api/emails/send", { ...MAIL, ...evil(end) }));
    for (const { status, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 400, code: "VALIDATION_ERROR" });
      expect(body.details).toHaveLength(1);
    }
  });

  it("is refused in one's own name, which is the sender's", async () => {
    const { token } = resident;
    const refused = await house.server.json("PATCH", "/api/auth/me", {
      token,
      body: { firstName: `Jana${end}${BCC}` },
    });
    expect(refused.status).toBe(400);
  });
});

it("nothing of all that was sent", async () => {
  expect(await house.mail.sentMessages({ from: resident.account.username })).toEqual([]);
});
