import {
  linkEmailInput,
  linkEmailOutput,
  loginInput,
  loginOutput,
  logoutOutput,
  refreshInput,
  refreshOutput,
  sessionOutput,
  setPasswordInput,
  setPasswordOutput,
  skipEmailOutput,
  unlinkEmailOutput,
  updateMeInput,
  user,
} from "@crm/schemas";
import {
  getMe,
  getSession,
  linkEmail,
  login,
  logout,
  refresh,
  setPassword,
  skipEmail,
  unlinkEmail,
  updateMe,
} from "@crm/services";
import { handOutTokens } from "../hand-out-tokens.ts";
import { noInput } from "../no-input.ts";
import { accountProcedure, publicProcedure, sessionProcedure } from "../procedures.ts";
import { sessionsRouter } from "./sessions.ts";

const tags = ["Auth"];

export const authRouter = {
  login: publicProcedure
    .meta({
      openapi: { method: "POST", path: "/api/auth/login", tags, summary: "Sign in", protect: false },
      errors: ["INVALID_CREDENTIALS", "TOTP_REQUIRED", "OVERLOADED"],
    })
    .input(loginInput)
    .output(loginOutput)
    .mutation(async ({ ctx, input }) =>
      handOutTokens(ctx.credentials, await login(ctx.dependencies, ctx.caller, input)),
    ),

  refresh: publicProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/refresh",
        tags,
        summary: "Exchange the refresh token for a new pair",
        description: "The token is taken from the body, or from the cookie where the body has none.",
        protect: false,
      },
      errors: ["UNAUTHORIZED", "REFRESH_RACED"],
    })
    .input(refreshInput)
    .output(refreshOutput)
    .mutation(async ({ ctx, input }) => {
      const refreshToken = input.refreshToken ?? ctx.credentials.refreshToken;
      return handOutTokens(ctx.credentials, await refresh(ctx.dependencies, ctx.caller, refreshToken));
    }),

  setPassword: sessionProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/api/auth/set-password",
        tags,
        summary: "Choose a new password",
        description: "Ends every session of the user, the calling one too, and opens a new one.",
      },
      errors: ["WRONG_PASSWORD", "OVERLOADED"],
    })
    .input(setPasswordInput)
    .output(setPasswordOutput)
    .mutation(async ({ ctx, input }) =>
      handOutTokens(ctx.credentials, await setPassword(ctx.dependencies, ctx.actor, input)),
    ),

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

  logout: sessionProcedure
    .meta({ openapi: { method: "POST", path: "/api/auth/logout", tags, summary: "End this session" } })
    .input(noInput)
    .output(logoutOutput)
    .mutation(async ({ ctx }) => {
      const answer = await logout(ctx.dependencies, ctx.actor);
      ctx.credentials.clearTokens();
      return answer;
    }),

  session: sessionProcedure
    .meta({
      openapi: { method: "GET", path: "/api/auth/session", tags, summary: "This session, and what is left to set up" },
    })
    .input(noInput)
    .output(sessionOutput)
    .query(({ ctx }) => getSession(ctx.dependencies, ctx.actor)),

  me: sessionProcedure
    .meta({ openapi: { method: "GET", path: "/api/auth/me", tags, summary: "Oneself" } })
    .input(noInput)
    .output(user)
    .query(({ ctx }) => getMe(ctx.dependencies, ctx.actor)),

  updateMe: accountProcedure
    .meta({ openapi: { method: "PATCH", path: "/api/auth/me", tags, summary: "Change one's name" } })
    .input(updateMeInput)
    .output(user)
    .mutation(({ ctx, input }) => updateMe(ctx.dependencies, ctx.actor, input)),

  sessions: sessionsRouter,
};
