import { generateMessages } from "@crm/jmap/testing";
import { describe, expect, it } from "vitest";

const options = { count: 500, owner: "me@example.test", vip: "vip@zakaznik.test", vipCount: 77 };

describe("generated messages", () => {
  it("are the same for the same seed, and others for another", () => {
    const rawOf = (seed: number) => [...generateMessages({ ...options, seed })].map(({ raw }) => raw.toString());
    expect(rawOf(1)).toEqual(rawOf(1));
    expect(rawOf(1)).not.toEqual(rawOf(2));
  });

  it("name the vip as often as they are told to, in every field", () => {
    const messages = [...generateMessages(options)];
    const fields = messages.map(({ from, to, cc, bcc }) => {
      const named = Object.entries({ from: [from], to, cc, bcc }).filter(([, people]) =>
        people.some(({ email }) => email === options.vip),
      );
      return named.map(([field]) => field);
    });
    expect(fields.filter((named) => named.length > 0)).toHaveLength(77);
    expect(new Set(fields.flat())).toEqual(new Set(["from", "to", "cc", "bcc"]));
  });

  it("cover what mail comes in", () => {
    const text = [...generateMessages(options)].map(({ raw }) => raw.toString()).join("\n");
    for (const sign of [
      "=?iso-8859-2?B?",
      "=?UTF-8?Q?",
      "multipart/alternative",
      "multipart/mixed",
      "windows-1250",
      "filename*=UTF-8''",
      "\r\nBcc: ",
      "\r\nReferences: ",
    ]) {
      expect(text).toContain(sign);
    }
  });

  it("keep to the lengths of lines (RFC 5322 §2.1.1) and of encoded-words (RFC 2047 §2)", () => {
    for (const message of generateMessages(options)) {
      const text = Buffer.from(message.raw).toString("latin1");
      for (const line of text.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
      for (const [word] of text.matchAll(/=\?[\w-]+\?[BQ]\?[^?]*\?=/g)) expect(word.length).toBeLessThanOrEqual(75);
    }
  });
});
