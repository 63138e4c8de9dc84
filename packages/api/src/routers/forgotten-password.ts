import { forgotPasswordInput, forgotPasswordOutput, resetPasswordInput, resetPasswordOutput } from "@crm/schemas";
import { forgotPassword, resetPassword } from "@crm/services";
import { publicProcedure } from "../procedures.ts";

const tags = ["Auth"];

/** Back in without the password. */
export const forgottenPasswordProcedures = {
  forgotPassword: publicProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/forgot-password",
        tags,
        summary: "Have a link to a new password mailed",
        description: "By username or address. The answer is the same whoever it was.",
        protect: false,
      },
      errors: ["MAIL_NOT_CONFIGURED"],
    })
    .input(forgotPasswordInput)
    .output(forgotPasswordOutput)
    .mutation(({ ctx, input }) => forgotPassword(ctx.dependencies, ctx.caller, input)),

  resetPassword: publicProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/reset-password",
        tags,
        summary: "Choose a new password by a mailed link",
        description: "The link's token works once, within 30 minutes. Every session of the user ends.",
        protect: false,
      },
      errors: ["INVALID_TOKEN", "MAIL_NOT_CONFIGURED"],
    })
    .input(resetPasswordInput)
    .output(resetPasswordOutput)
    .mutation(({ ctx, input }) => resetPassword(ctx.dependencies, ctx.caller, input)),
};
