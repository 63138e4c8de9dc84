import {
  linkEmailInput,
  linkEmailOutput,
  skipEmailOutput,
  unlinkEmailOutput,
  verifyEmailInput,
  verifyEmailOutput,
} from "@crm/schemas";
import { linkEmail, skipEmail, unlinkEmail, verifyEmail } from "@crm/services";
import { noInput } from "../no-input.ts";
import { accountProcedure } from "../procedures.ts";

const tags = ["Auth"];

/** One's address and mail account. */
export const mailboxStepProcedures = {
  linkEmail: accountProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/link-email",
        tags,
        summary: "Link a mail account",
        description: "The password is proven at the mail server first. Without one the address is stored unverified.",
      },
      errors: ["MAILBOX_AUTH_FAILED", "MAIL_DOMAIN_NOT_ALLOWED", "EMAIL_TAKEN", "MAIL_SERVER_UNAVAILABLE"],
    })
    .input(linkEmailInput)
    .output(linkEmailOutput)
    .mutation(({ ctx, input }) => linkEmail(ctx.dependencies, ctx.actor, input)),

  verifyEmail: accountProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/verify-email",
        tags,
        summary: "Prove one's address by the code that was mailed to it",
        description: "The code counts for 10 minutes and 5 tries.",
      },
      errors: ["WRONG_CODE", "MAIL_NOT_CONFIGURED"],
    })
    .input(verifyEmailInput)
    .output(verifyEmailOutput)
    .mutation(({ ctx, input }) => verifyEmail(ctx.dependencies, ctx.actor, input)),

  unlinkEmail: accountProcedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/api/auth/link-email",
        tags,
        summary: "Forget the mail account and the mirrored mail; contacts stay",
      },
    })
    .input(noInput)
    .output(unlinkEmailOutput)
    .mutation(({ ctx }) => unlinkEmail(ctx.dependencies, ctx.actor)),

  skipEmail: accountProcedure
    .meta({
      openapi: { method: "POST", path: "/api/auth/skip-email", tags, summary: "Leave the mail account for later" },
    })
    .input(noInput)
    .output(skipEmailOutput)
    .mutation(({ ctx }) => skipEmail(ctx.dependencies, ctx.actor)),
};
