import {
  email,
  emailSummary,
  emailsByContactInput,
  foundEmail,
  jmapIdInput,
  listEmailsInput,
  listThreadsInput,
  markReadInput,
  markThreadReadInput,
  replyEmailInput,
  searchEmailsInput,
  sendEmailInput,
  sendEmailOutput,
  syncOutput,
  syncStatusOutput,
  thread,
  threadIdInput,
  unreadCountOutput,
  updatedOutput,
} from "@crm/schemas";
import {
  countUnread,
  getEmail,
  getSyncStatus,
  getThread,
  listContactEmails,
  listEmails,
  listThreads,
  markRead,
  markThreadRead,
  replyToEmail,
  searchEmails,
  sendEmail,
  syncNow,
} from "@crm/services";
import { z } from "zod";
import { noInput } from "../no-input.ts";
import { pageOutput } from "../page-output.ts";
import { protectedProcedure } from "../procedures.ts";
import { attachmentProcedures } from "./attachments.ts";

const tags = ["Emails"];

export const emailsRouter = {
  list: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: { method: "GET", path: "/api/emails", tags, summary: "Mail of one's contacts, newest first" },
      errors: ["NOT_FOUND"],
    })
    .input(listEmailsInput)
    .output(pageOutput(emailSummary))
    .query(({ ctx, input }) => listEmails(ctx.dependencies, ctx.actor, input)),

  threads: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: { method: "GET", path: "/api/emails/threads", tags, summary: "Threads, the latest first" },
      errors: ["NOT_FOUND"],
    })
    .input(listThreadsInput)
    .output(pageOutput(thread))
    .query(({ ctx, input }) => listThreads(ctx.dependencies, ctx.actor, input)),

  search: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: {
        method: "GET",
        path: "/api/emails/search",
        tags,
        summary: "Mail that matches, the best match first",
        description:
          'Looks into subjects, names, addresses and text, whatever the case and the diacritics. Each word may be the beginning of one; `"a phrase"` is met word for word; `-word` leaves out. `from` and `to` take an address or words of a name. Hits with every word in the subject come first, then those with every one there or among the people, then those with some of them there, then the rest; in each, words as they stand before beginnings of others, and the newest first.',
      },
      errors: ["NOT_FOUND"],
    })
    .input(searchEmailsInput)
    .output(pageOutput(foundEmail))
    .query(({ ctx, input }) => searchEmails(ctx.dependencies, ctx.actor, input)),

  unreadCount: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: { method: "GET", path: "/api/emails/unread-count", tags, summary: "How much is unread" },
    })
    .input(noInput)
    .output(unreadCountOutput)
    .query(({ ctx }) => countUnread(ctx.dependencies, ctx.actor)),

  sync: protectedProcedure
    .meta({
      scope: "emails:write",
      openapi: {
        method: "POST",
        path: "/api/emails/sync",
        tags,
        summary: "Fetch what is new at the mail server",
        description: "202 when it goes on in the background.",
      },
      acceptedStatus: "running",
      errors: ["MAILBOX_NOT_LINKED", "MAILBOX_AUTH_FAILED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(noInput)
    .output(syncOutput)
    .mutation(({ ctx }) => syncNow(ctx.dependencies, ctx.actor)),

  syncStatus: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: { method: "GET", path: "/api/emails/sync", tags, summary: "How the mirror stands" },
    })
    .input(noInput)
    .output(syncStatusOutput)
    .query(({ ctx }) => getSyncStatus(ctx.dependencies, ctx.actor)),

  thread: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: {
        method: "GET",
        path: "/api/emails/thread/{threadId}",
        tags,
        summary: "A thread, oldest message first",
      },
    })
    .input(threadIdInput)
    .output(z.array(email))
    .query(({ ctx, input }) => getThread(ctx.dependencies, ctx.actor, input)),

  markThreadRead: protectedProcedure
    .meta({
      scope: "emails:write",
      openapi: {
        method: "POST",
        path: "/api/emails/thread/{threadId}/read",
        tags,
        summary: "Mark a whole thread as read or unread",
      },
      errors: ["MAILBOX_NOT_LINKED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(markThreadReadInput)
    .output(updatedOutput)
    .mutation(({ ctx, input }) => markThreadRead(ctx.dependencies, ctx.actor, input)),

  byContact: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: { method: "GET", path: "/api/emails/contact/{contactId}", tags, summary: "Mail of one contact" },
    })
    .input(emailsByContactInput)
    .output(pageOutput(emailSummary))
    .query(({ ctx, input }) => listContactEmails(ctx.dependencies, ctx.actor, input)),

  get: protectedProcedure
    .meta({
      scope: "emails:read",
      openapi: { method: "GET", path: "/api/emails/{jmapId}", tags, summary: "A message with its bodies" },
    })
    .input(jmapIdInput)
    .output(email)
    .query(({ ctx, input }) => getEmail(ctx.dependencies, ctx.actor, input)),

  markRead: protectedProcedure
    .meta({
      scope: "emails:write",
      openapi: {
        method: "PATCH",
        path: "/api/emails/{jmapId}/read",
        tags,
        summary: "Mark a message as read or unread, at the mail server too",
      },
      errors: ["MAILBOX_NOT_LINKED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(markReadInput)
    .output(email)
    .mutation(({ ctx, input }) => markRead(ctx.dependencies, ctx.actor, input)),

  ...attachmentProcedures,

  reply: protectedProcedure
    .meta({
      scope: "emails:write",
      openapi: {
        method: "POST",
        path: "/api/emails/reply",
        tags,
        summary: "Answer a message",
        description: '202 with `status: "unknown"` when nobody can tell whether it went out.',
      },
      acceptedStatus: "unknown",
      errors: ["NOT_FOUND", "MAILBOX_NOT_LINKED", "MAIL_REJECTED", "MAILBOX_AUTH_FAILED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(replyEmailInput)
    .output(sendEmailOutput)
    .mutation(({ ctx, input }) =>
      replyToEmail(ctx.dependencies, ctx.actor, input, { idempotencyKey: ctx.idempotencyKey }),
    ),

  send: protectedProcedure
    .meta({
      scope: "emails:write",
      openapi: {
        method: "POST",
        path: "/api/emails/send",
        tags,
        summary: "Write a message",
        description: '202 with `status: "unknown"` when nobody can tell whether it went out.',
      },
      acceptedStatus: "unknown",
      errors: ["MAILBOX_NOT_LINKED", "MAIL_REJECTED", "MAILBOX_AUTH_FAILED", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(sendEmailInput)
    .output(sendEmailOutput)
    .mutation(({ ctx, input }) =>
      sendEmail(ctx.dependencies, ctx.actor, input, { idempotencyKey: ctx.idempotencyKey }),
    ),
};
