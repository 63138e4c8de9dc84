import { totpDisableInput, totpDisableOutput, totpEnableInput, totpEnableOutput, totpSetupOutput } from "@crm/schemas";
import { disableTotp, enableTotp, setupTotp } from "@crm/services";
import { noInput } from "../no-input.ts";
import { accountProcedure } from "../procedures.ts";

const tags = ["Auth"];

export const totpRouter = {
  setup: accountProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/totp/setup",
        tags,
        summary: "Begin a second factor: the secret for the authenticator app",
      },
      errors: ["CONFLICT"],
    })
    .input(noInput)
    .output(totpSetupOutput)
    .mutation(({ ctx }) => setupTotp(ctx.dependencies, ctx.actor)),

  enable: accountProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/totp/enable",
        tags,
        summary: "Turn the second factor on by a code of the app",
        description: "The recovery codes are in this answer and nowhere else. Each works once where a code does.",
      },
      errors: ["WRONG_CODE", "CONFLICT"],
    })
    .input(totpEnableInput)
    .output(totpEnableOutput)
    .mutation(({ ctx, input }) => enableTotp(ctx.dependencies, ctx.actor, input)),

  disable: accountProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/totp/disable",
        tags,
        summary: "Turn the second factor off by password and code",
      },
      errors: ["WRONG_PASSWORD", "WRONG_CODE", "CONFLICT"],
    })
    .input(totpDisableInput)
    .output(totpDisableOutput)
    .mutation(({ ctx, input }) => disableTotp(ctx.dependencies, ctx.actor, input)),
};
