import { randomUUID } from "node:crypto";

export interface RawMessageOptions {
  from?: string;
  to?: string;
  subject?: string;
  messageId?: string;
  inReplyTo?: string;
  body?: string;
  /** Raw header lines beside the usual ones. */
  headers?: readonly string[];
}

/** A small message, its Message-ID different each time. */
export function rawMessage(options: RawMessageOptions): Buffer {
  const {
    from = "Eva <eva@partner.test>",
    to = "me@example.test",
    subject = "Hello",
    inReplyTo,
    headers = [],
  } = options;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${options.messageId ?? `${randomUUID()}@partner.test`}>`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: <${inReplyTo}>`, `References: <${inReplyTo}>`]),
    ...headers,
    "Date: Sun, 01 Nov 2026 12:00:00 +0000",
    "",
    options.body ?? "Hello.",
    "",
  ];
  return Buffer.from(lines.join("\r\n"));
}
