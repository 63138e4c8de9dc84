import type { MimePart } from "./part.ts";

export interface BodyLists {
  textBody: MimePart[];
  htmlBody: MimePart[];
  attachments: MimePart[];
}

/** Sorts the leaves of a message into what a client shows and what it offers: the algorithm of RFC 8621 §4.1.4. */
export function bodyListsOf(root: MimePart): BodyLists {
  const lists: BodyLists = { textBody: [], htmlBody: [], attachments: [] };
  sortParts([root], "mixed", false, lists.htmlBody, lists.textBody, lists.attachments);
  return lists;
}

function sortParts(
  parts: MimePart[],
  multipartType: string,
  inAlternative: boolean,
  htmlBody: MimePart[] | null,
  textBody: MimePart[] | null,
  attachments: MimePart[],
): void {
  const textLength = textBody?.length ?? -1;
  const htmlLength = htmlBody?.length ?? -1;
  let html = htmlBody;
  let text = textBody;
  for (const [index, part] of parts.entries()) {
    if (part.parts) {
      const subtype = part.type.slice("multipart/".length);
      sortParts(part.parts, subtype, inAlternative || subtype === "alternative", html, text, attachments);
      continue;
    }
    if (!isInlineBody(part, index, multipartType)) {
      attachments.push(part);
    } else if (multipartType === "alternative") {
      if (part.type === "text/plain") text?.push(part);
      else if (part.type === "text/html") html?.push(part);
      else attachments.push(part);
    } else {
      if (inAlternative) {
        if (part.type === "text/plain") html = null;
        if (part.type === "text/html") text = null;
      }
      text?.push(part);
      html?.push(part);
      if ((!text || !html) && isInlineMedia(part.type)) attachments.push(part);
    }
  }
  if (multipartType === "alternative" && textBody && htmlBody) {
    // Found only one of the two: it serves as the other as well.
    if (textLength === textBody.length && htmlLength !== htmlBody.length) textBody.push(...htmlBody.slice(htmlLength));
    if (htmlLength === htmlBody.length && textLength !== textBody.length) htmlBody.push(...textBody.slice(textLength));
  }
}

function isInlineBody(part: MimePart, index: number, multipartType: string): boolean {
  if (part.disposition === "attachment") return false;
  if (part.type !== "text/plain" && part.type !== "text/html" && !isInlineMedia(part.type)) return false;
  return index === 0 || (multipartType !== "related" && (isInlineMedia(part.type) || part.name === null));
}

function isInlineMedia(type: string): boolean {
  return type.startsWith("image/") || type.startsWith("audio/") || type.startsWith("video/");
}

/** RFC 8621 §4.1.4: something that a person would call an attachment; images shown inside the text are none. */
export function hasAttachment(root: MimePart): boolean {
  return bodyListsOf(root).attachments.some(
    (part) => part.disposition !== "inline" || (part.cid === null && part.name !== null),
  );
}
