import { JmapMethodError, JmapProtocolError } from "../errors.ts";
import type { Invocation, JmapClient, RequestOptions } from "../jmap-client.ts";
import type { JmapResponses } from "../jmap-responses.ts";
import type { EmailCreate, Envelope } from "../mail-types.ts";
import { setEmails } from "./set-emails.ts";
import { toSetOutcome } from "./set-outcome.ts";

export interface SubmitEmailArgs {
  /** The message to make and send; or, with `emailId`, a draft that is there already. */
  email: Omit<EmailCreate, "mailboxIds" | "keywords"> | { emailId: string };
  identityId: string;
  /** Where the message lies until it is sent. */
  draftsMailboxId: string;
  /** Where it goes then. */
  sentMailboxId: string;
  /** Who it goes from and to; by default as the headers say, Bcc included. */
  envelope?: Envelope;
}

export interface SubmittedEmail {
  emailId: string;
  /** Null for a draft that was there already. */
  threadId: string | null;
  submissionId: string;
  /** False when the message was sent, but could not be moved from Drafts to Sent. */
  isFiled: boolean;
}

/**
 * Sends a message in one request: Email/set, EmailSubmission/set, and on success the move from Drafts to Sent
 * (`onSuccessUpdateEmail`, RFC 8621 §7.5). A draft that this call made is destroyed again when it cannot be sent.
 *
 * Never repeated by itself. When it rejects with a JmapTransportError whose `mayHaveArrived` is true, or with a
 * JmapHttpError of a gateway, the message may have been sent: look its Message-ID up before trying again.
 * @throws JmapSetError why the message could not be made or sent, such as `forbiddenToSend` (Cyrus' answer to a
 * temporary failure too), `noRecipients`, `invalidProperties`
 */
export async function submitEmail(
  client: JmapClient,
  args: SubmitEmailArgs,
  options: Omit<RequestOptions, "retry"> = {},
): Promise<SubmittedEmail> {
  const known = "emailId" in args.email ? args.email.emailId : undefined;
  const calls = known === undefined ? [draftCall(args), submissionCall(args, "#draft")] : [submissionCall(args, known)];
  const responses = await client.request(calls, { ...options, retry: false });
  const draft = known === undefined ? draftOf(responses) : { id: known, threadId: null };
  try {
    const { created, errors } = toSetOutcome(responses.get("submission", "EmailSubmission/set"));
    if (errors[0]) throw errors[0];
    const submission = created.submission;
    if (!submission) throw new JmapProtocolError("the answer to a submission names neither success nor failure");
    return {
      emailId: draft.id,
      threadId: draft.threadId ?? null,
      submissionId: submission.id,
      isFiled: isFiled(responses, draft.id),
    };
  } catch (error) {
    // Known only where the server said so: a malformed answer does not mean that nothing was sent.
    const isRefused = !(error instanceof JmapProtocolError);
    if (isRefused && known === undefined) await destroyDraft(client, draft.id);
    throw error;
  }
}

const draftCall = ({ email, draftsMailboxId }: SubmitEmailArgs): Invocation => {
  const draft = { ...email, mailboxIds: { [draftsMailboxId]: true }, keywords: { $draft: true, $seen: true } };
  return ["Email/set", { create: { draft } }, "draft"];
};

const submissionCall = (args: SubmitEmailArgs, emailId: string): Invocation => {
  const { identityId, envelope, draftsMailboxId, sentMailboxId } = args;
  const submission = { identityId, emailId, ...(envelope && { envelope }) };
  const filed = {
    [`mailboxIds/${draftsMailboxId}`]: null,
    [`mailboxIds/${sentMailboxId}`]: true,
    "keywords/$draft": null,
    "keywords/$seen": true,
  };
  const onSuccessUpdateEmail = { "#submission": filed };
  return ["EmailSubmission/set", { create: { submission }, onSuccessUpdateEmail }, "submission"];
};

function draftOf(responses: JmapResponses): { id: string; threadId?: string | null } {
  const { created, errors } = toSetOutcome(responses.get("draft", "Email/set"));
  if (errors[0]) throw errors[0];
  if (!created.draft) throw new JmapProtocolError("the answer to a new draft names neither success nor failure");
  return created.draft;
}

/** The implicit Email/set answers under the submission's call id (RFC 8621 §7.5). */
function isFiled(responses: JmapResponses, emailId: string): boolean {
  try {
    return toSetOutcome(responses.get("submission", "Email/set")).updated.includes(emailId);
  } catch (error) {
    if (error instanceof JmapMethodError || error instanceof JmapProtocolError) return false;
    throw error;
  }
}

/** Runs even when the caller has given up meanwhile. A draft that stays is no reason to hide why sending failed. */
async function destroyDraft(client: JmapClient, id: string): Promise<void> {
  await setEmails(client, { destroy: [id] }, { retry: true }).catch(() => {});
}
