import { createUserInput, createUserOutput, listUsersInput, pageOf, user, userIdInput } from "@crm/schemas";
import { createUser, getUser, listUsers } from "@crm/services";
import { adminProcedure } from "../procedures.ts";
import { auditLogsRouter } from "./audit-logs.ts";

const tags = ["Admin"];

export const adminRouter = {
  auditLogs: auditLogsRouter,

  users: {
    create: adminProcedure
      .meta({
        scope: "admin",
        openapi: {
          method: "POST",
          path: "/api/admin/users",
          tags,
          summary: "Create a user",
          description: "The temporary password is in this answer and nowhere else.",
        },
        successStatus: 201,
        errors: [
          "USERNAME_TAKEN",
          "EMAIL_TAKEN",
          "MAILBOX_AUTH_FAILED",
          "MAIL_DOMAIN_NOT_ALLOWED",
          "MAIL_SERVER_UNAVAILABLE",
        ],
      })
      .input(createUserInput)
      .output(createUserOutput)
      .mutation(({ ctx, input }) => createUser(ctx.dependencies, ctx.actor, input)),

    list: adminProcedure
      .meta({
        scope: "admin",
        openapi: { method: "GET", path: "/api/admin/users", tags, summary: "The organization's users" },
      })
      .input(listUsersInput)
      .output(pageOf(user))
      .query(({ ctx, input }) => listUsers(ctx.dependencies, ctx.actor, input)),

    get: adminProcedure
      .meta({ scope: "admin", openapi: { method: "GET", path: "/api/admin/users/{userId}", tags, summary: "A user" } })
      .input(userIdInput)
      .output(user)
      .query(({ ctx, input }) => getUser(ctx.dependencies, ctx.actor, input)),
  },
};
