import {
  loginInput,
  loginOutput,
  logoutOutput,
  refreshInput,
  refreshOutput,
  sessionOutput,
  setPasswordInput,
  setPasswordOutput,
} from "@crm/schemas";
import { getSession, login, logout, refresh, setPassword } from "@crm/services";
import { handOutTokens } from "../hand-out-tokens.ts";
import { noInput } from "../no-input.ts";
import { publicProcedure, sessionProcedure } from "../procedures.ts";
import { apiKeysRouter } from "./api-keys.ts";
import { forgottenPasswordProcedures } from "./forgotten-password.ts";
import { mailboxStepProcedures } from "./mailbox-step.ts";
import { ownProfileProcedures } from "./own-profile.ts";
import { sessionsRouter } from "./sessions.ts";
import { totpRouter } from "./totp.ts";

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

  ...forgottenPasswordProcedures,
  ...mailboxStepProcedures,
  ...ownProfileProcedures,
  sessions: sessionsRouter,
  totp: totpRouter,
  apiKeys: apiKeysRouter,
};
