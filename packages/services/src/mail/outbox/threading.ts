/** What of a message its answer is threaded by; ids are without angle brackets. */
export interface Answered {
  messageId: string | null;
  inReplyTo: string | null;
  references: readonly string[];
}

export interface Threading {
  inReplyTo: string | null;
  references: string[];
}

/**
 * A Message-ID that may stand in a header of ours (RFC 5322 §3.6.4). They come from whoever wrote the message that is
 * answered, and the mail server would write a line end into the header like anything else.
 */
const MESSAGE_ID = /^[\x21-\x3b\x3d\x3f-\x7e]{1,250}$/;
/** Of a longer list the first and the latest are kept: they are what threads are found by. */
const MAX_REFERENCES = 50;

/** References: those of the answered message, or its In-Reply-To where it has none, and then itself. */
export function threadingOf({ messageId, inReplyTo, references }: Answered): Threading {
  const before = references.length > 0 ? references : inReplyTo === null ? [] : [inReplyTo];
  const known = before.filter((id) => MESSAGE_ID.test(id) && id !== messageId);
  const answered = messageId !== null && MESSAGE_ID.test(messageId) ? messageId : null;
  const all = answered === null ? known : [...known, answered];
  const kept = all.length > MAX_REFERENCES ? [...all.slice(0, 1), ...all.slice(1 - MAX_REFERENCES)] : all;
  return { inReplyTo: answered, references: kept };
}
