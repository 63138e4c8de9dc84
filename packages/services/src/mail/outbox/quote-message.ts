import type { MailAddress } from "@crm/schemas";
import { sanitizeBody } from "../bodies/sanitize-body.ts";

/** What of a message is quoted in an answer to it. */
export interface QuotedMessage {
  jmapId: string;
  from: readonly MailAddress[];
  receivedAt: string;
  bodyText: string;
  bodyHtml: string | null;
}

/** Characters of a message that are quoted; whoever wants more has the message. */
const MAX_LENGTH = 200_000;

/** The message as people quote it in plain text. */
export function quoteAsText(message: QuotedMessage): string {
  const lines = message.bodyText
    .slice(0, MAX_LENGTH)
    .toWellFormed()
    .trimEnd()
    .split(/\r\n|[\r\n]/);
  return [attributionOf(message), ...lines.map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`)), ""].join(
    "\n",
  );
}

/** The same in HTML, without pictures: theirs are in the message itself, or with the sender. */
export function quoteAsHtml(message: QuotedMessage): string {
  const { jmapId, bodyHtml, bodyText } = message;
  const quoted =
    bodyHtml === null
      ? escapeHtml(bodyText.slice(0, MAX_LENGTH).toWellFormed()).replace(/\r\n|[\r\n]/g, "<br>")
      : sanitizeBody(bodyHtml.slice(0, MAX_LENGTH), { jmapId, attachments: [] }).replaceAll(/<img [^>]*>/g, "");
  return `<p>${escapeHtml(attributionOf(message))}</p>\n<blockquote type="cite">${quoted}</blockquote>\n`;
}

function attributionOf({ from, receivedAt }: QuotedMessage): string {
  const [sender] = from;
  const who = sender ? (sender.name ? `${sender.name} <${sender.email}>` : sender.email) : "somebody";
  return `On ${new Date(receivedAt).toUTCString()}, ${who.replaceAll(/\s+/g, " ")} wrote:`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
