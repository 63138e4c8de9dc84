import {
  changeRoleInput,
  createUserInput,
  createUserOutput,
  deletedUserOutput,
  listUsersInput,
  resetUserPasswordOutput,
  user,
  userIdInput,
} from "@crm/schemas";
import { changeRole, createUser, deleteUser, getUser, listUsers, resetUserPassword } from "@crm/services";
import { pageOutput } from "../page-output.ts";
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
      .output(pageOutput(user))
      .query(({ ctx, input }) => listUsers(ctx.dependencies, ctx.actor, input)),

    get: adminProcedure
      .meta({ scope: "admin", openapi: { method: "GET", path: "/api/admin/users/{userId}", tags, summary: "A user" } })
      .input(userIdInput)
      .output(user)
      .query(({ ctx, input }) => getUser(ctx.dependencies, ctx.actor, input)),

    changeRole: adminProcedure
      .meta({
        scope: "admin",
        openapi: { method: "PATCH", path: "/api/admin/users/{userId}/role", tags, summary: "Change a user's role" },
        errors: ["LAST_ADMIN"],
      })
      .input(changeRoleInput)
      .output(user)
      .mutation(({ ctx, input }) => changeRole(ctx.dependencies, ctx.actor, input)),

    resetPassword: adminProcedure
      .meta({
        scope: "admin",
        openapi: {
          method: "POST",
          path: "/api/admin/users/{userId}/reset-password",
          tags,
          summary: "Give a user a temporary password",
          description: "It is in this answer and nowhere else. The user's sessions end.",
        },
      })
      .input(userIdInput)
      .output(resetUserPasswordOutput)
      .mutation(({ ctx, input }) => resetUserPassword(ctx.dependencies, ctx.actor, input)),

    delete: adminProcedure
      .meta({
        scope: "admin",
        openapi: {
          method: "DELETE",
          path: "/api/admin/users/{userId}",
          tags,
          summary: "Delete a user",
          description: "Contacts and mirrored mail of the user go along; the audit log stays.",
        },
        errors: ["LAST_ADMIN"],
      })
      .input(userIdInput)
      .output(deletedUserOutput)
      .mutation(({ ctx, input }) => deleteUser(ctx.dependencies, ctx.actor, input)),
  },
};
