import { idOrCreation, isRecord, listOf, mapOf, or, readArguments, record } from "../protocol/arguments.ts";
import { SetError } from "../protocol/errors.ts";
import { type Method, type MethodContext, resolveId } from "../protocol/method.ts";
import type { StoredSubmission } from "../store/account.ts";
import { randomId } from "../store/ids.ts";
import type { StoredEmail } from "../store/stored-email.ts";
import { emailSet } from "./email-set.ts";
import { toUtcDate } from "./email-view.ts";
import { setArguments, standardSet } from "./standard-set.ts";

const ADDRESS = /^[^\s<>,;"()@]+@[^\s<>,;"()@]+$/;

/** EmailSubmission/set, RFC 8621 §7.5, with the implicit Email/set that follows under the same call id. */
export const emailSubmissionSet: Method = (context, args) => {
  const { onSuccessUpdateEmail, onSuccessDestroyEmail, ...rest } = readArguments(args, {
    ...setArguments,
    onSuccessUpdateEmail: or(mapOf(record), {}),
    onSuccessDestroyEmail: or(listOf(idOrCreation), []),
  });
  const { account } = context;
  const emailOf = new Map<string, string>();
  const answer = standardSet(context, rest, "EmailSubmission", {
    create(object, creationId) {
      const submission = submit(context, object);
      emailOf.set(`#${creationId}`, submission.emailId);
      return { id: submission.id, threadId: submission.threadId, sendAt: submission.sendAt, undoStatus: "final" };
    },
    update(id, patch) {
      const submission = account.submissions.get(id);
      if (!submission) throw new SetError("notFound");
      // Mail goes out at once, so there is nothing to call back any more.
      if (patch.undoStatus === "canceled") throw new SetError("cannotUnsend");
      throw new SetError("invalidProperties", { properties: Object.keys(patch) });
    },
    destroy(id) {
      const submission = account.submissions.get(id);
      if (!submission) throw new SetError("notFound");
      emailOf.set(id, submission.emailId);
      account.submissions.delete(id);
      account.changes.record("EmailSubmission", id, "destroyed");
    },
  });
  const emailIdOf = (reference: string): string | undefined =>
    emailOf.get(reference) ?? account.submissions.get(reference)?.emailId;
  const update = Object.entries(onSuccessUpdateEmail).flatMap(([reference, patch]) => {
    const emailId = emailIdOf(reference);
    return emailId === undefined ? [] : [[emailId, patch]];
  });
  const destroy = onSuccessDestroyEmail.map(emailIdOf).filter((emailId) => emailId !== undefined);
  if (update.length > 0 || destroy.length > 0) {
    context.followUps.push(["Email/set", emailSet(context, { update: Object.fromEntries(update), destroy })]);
  }
  return answer;
};

/** Nobody lives at an address that begins so: the way to see what a refusal looks like. */
const REFUSED = /^reject/i;

function submit(context: MethodContext, object: Record<string, unknown>): StoredSubmission {
  const { account, delivery } = context;
  const foreign = Object.keys(object).filter((key) => !["identityId", "emailId", "envelope"].includes(key));
  if (foreign.length > 0) throw new SetError("invalidProperties", { properties: foreign });
  const identity = account.identities.get(resolveId(context, String(object.identityId)));
  const email = account.emails.get(resolveId(context, String(object.emailId)));
  if (!identity) throw new SetError("invalidProperties", { properties: ["identityId"] });
  if (!email) throw new SetError("invalidProperties", { properties: ["emailId"] });
  const from = email.addresses("From")?.[0]?.email;
  if (from === undefined) throw new SetError("invalidEmail", { properties: ["from"] });
  if (from.toLowerCase() !== identity.email.toLowerCase()) throw new SetError("forbiddenFrom");
  const envelope = isRecord(object.envelope) ? readEnvelope(object.envelope) : envelopeOf(email);
  if (envelope.mailFrom.email.toLowerCase() !== identity.email.toLowerCase()) throw new SetError("forbiddenMailFrom");
  if (envelope.rcptTo.length === 0) throw new SetError("noRecipients");
  const invalidRecipients = envelope.rcptTo
    .map(({ email: address }) => address)
    .filter((address) => !ADDRESS.test(address) || REFUSED.test(address));
  if (invalidRecipients.length > 0) throw new SetError("invalidRecipients", { invalidRecipients });
  const submission: StoredSubmission = {
    id: randomId(),
    identityId: identity.id,
    emailId: email.id,
    threadId: email.threadId,
    envelope,
    sendAt: toUtcDate(new Date()),
    deliveryStatus: Object.fromEntries(
      envelope.rcptTo.map(({ email: address }) => [
        address,
        { smtpReply: "250 2.1.5 Accepted", delivered: "yes", displayed: "unknown" },
      ]),
    ),
  };
  account.submissions.set(submission.id, submission);
  account.changes.record("EmailSubmission", submission.id, "created");
  delivery.submit(
    account,
    email,
    envelope.rcptTo.map((recipient) => recipient.email),
  );
  return submission;
}

function readEnvelope(envelope: Record<string, unknown>): StoredSubmission["envelope"] {
  const { mailFrom, rcptTo } = envelope;
  if (!isRecord(mailFrom) || typeof mailFrom.email !== "string" || !Array.isArray(rcptTo)) throw wrongEnvelope();
  return {
    mailFrom: { email: mailFrom.email, parameters: null },
    rcptTo: rcptTo.map((recipient: unknown) => {
      if (!isRecord(recipient) || typeof recipient.email !== "string") throw wrongEnvelope();
      return { email: recipient.email, parameters: null };
    }),
  };
}

function wrongEnvelope(): SetError {
  return new SetError("invalidProperties", { properties: ["envelope"] });
}

/** RFC 8621 §7: without an envelope the header says who gets it, each address once. */
function envelopeOf(email: StoredEmail): StoredSubmission["envelope"] {
  const recipients = new Map<string, string>();
  for (const header of ["To", "Cc", "Bcc"]) {
    for (const address of email.addresses(header) ?? []) recipients.set(address.email.toLowerCase(), address.email);
  }
  const sender = email.addresses("Sender")?.[0] ?? email.addresses("From")?.[0];
  return {
    mailFrom: { email: sender?.email ?? "", parameters: null },
    rcptTo: [...recipients.values()].map((address) => ({ email: address, parameters: null })),
  };
}
