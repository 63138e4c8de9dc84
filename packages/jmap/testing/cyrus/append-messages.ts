import type { StoredMessage, TestAccount } from "../mail-server.ts";
import { type ImapCommand, quoted, withImapSession } from "./imap-session.ts";

/** How much goes into one APPEND command; larger ones gain nothing and hold more memory. */
const BATCH_MESSAGES = 250;
const BATCH_BYTES = 8 * 1024 * 1024;

/** Stores messages over IMAP, many in one command (MULTIAPPEND, RFC 3502; LITERAL+, RFC 7888). */
export async function appendMessages(
  imapPort: number,
  account: TestAccount,
  messages: Iterable<StoredMessage>,
): Promise<void> {
  await withImapSession(imapPort, account, async (command) => {
    const batches = new Map<string, { messages: StoredMessage[]; bytes: number }>();
    for (const message of messages) {
      const batch = batches.get(message.mailbox) ?? { messages: [], bytes: 0 };
      batches.set(message.mailbox, batch);
      batch.messages.push(message);
      batch.bytes += message.raw.length;
      if (batch.messages.length < BATCH_MESSAGES && batch.bytes < BATCH_BYTES) continue;
      batches.delete(message.mailbox);
      await appendBatch(command, message.mailbox, batch.messages);
    }
    for (const [mailbox, batch] of batches) await appendBatch(command, mailbox, batch.messages);
  });
}

async function appendBatch(command: ImapCommand, mailbox: string, messages: readonly StoredMessage[]): Promise<void> {
  const pieces = messages.flatMap(({ raw, seen, flagged, receivedAt }) => {
    const flags = [seen && "\\Seen", flagged && "\\Flagged"].filter(Boolean).join(" ");
    return [` (${flags}) "${imapDate(receivedAt ?? new Date())}" {${raw.length}+}\r\n`, raw];
  });
  await command(`APPEND ${quoted(mailbox)}`, ...pieces);
}

/** `01-Nov-2026 07:05:09 +0000` (RFC 9051, date-time). */
function imapDate(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}-${month}-${year} ${time} +0000`;
}
