import {
  createProfileInput,
  deletedProfileOutput,
  listProfilesInput,
  loginProfileInput,
  loginProfileOutput,
  logoutOutput,
  profile,
  profileIdInput,
  updateProfileInput,
} from "@crm/schemas";
import {
  createProfile,
  deleteProfile,
  getProfile,
  listProfiles,
  loginProfile,
  logoutProfile,
  updateProfile,
} from "@crm/services";
import { noInput } from "../no-input.ts";
import { pageOutput } from "../page-output.ts";
import { publicProcedure, shopProcedure } from "../procedures.ts";

const tags = ["Profiles"];

export const profilesRouter = {
  create: publicProcedure
    .meta({
      shop: {},
      openapi: { method: "POST", path: "/profiles", tags, summary: "Sign up as a customer", protect: false },
      successStatus: 201,
      errors: ["EMAIL_TAKEN"],
    })
    .input(createProfileInput)
    .output(profile)
    .mutation(({ ctx, input }) => createProfile(ctx.dependencies, ctx.caller, input)),

  list: shopProcedure
    .meta({
      shop: {},
      scope: "admin",
      openapi: {
        method: "GET",
        path: "/profiles",
        tags,
        summary: "Oneself; for an admin all profiles",
        description: "In the order in which they came.",
      },
    })
    .input(listProfilesInput)
    .output(pageOutput(profile))
    .query(({ ctx, input }) => listProfiles(ctx.dependencies, ctx.actor, input)),

  get: shopProcedure
    .meta({
      shop: {},
      scope: "admin",
      openapi: { method: "GET", path: "/profiles/{id}", tags, summary: "A profile" },
    })
    .input(profileIdInput)
    .output(profile)
    .query(({ ctx, input }) => getProfile(ctx.dependencies, ctx.actor, input)),

  update: shopProcedure
    .meta({
      shop: {},
      scope: "admin",
      openapi: {
        method: "PUT",
        path: "/profiles/{id}",
        tags,
        summary: "Replace name and address of a profile, and its password",
        description:
          "Without `password` the old one stays. A new one ends the profile's tokens, all but the one that it is changed with.",
      },
      errors: ["EMAIL_TAKEN"],
    })
    .input(updateProfileInput)
    .output(profile)
    .mutation(({ ctx, input }) => updateProfile(ctx.dependencies, ctx.actor, input)),

  delete: shopProcedure
    .meta({
      shop: { empty: true },
      scope: "admin",
      openapi: {
        method: "DELETE",
        path: "/profiles/{id}",
        tags,
        summary: "Remove a profile",
        description: "Its tokens are worth nothing from then on.",
      },
    })
    .input(profileIdInput)
    .output(deletedProfileOutput)
    .mutation(({ ctx, input }) => deleteProfile(ctx.dependencies, ctx.actor, input)),

  login: publicProcedure
    .meta({
      shop: {},
      openapi: {
        method: "POST",
        path: "/login",
        tags,
        summary: "Sign in as a customer",
        description: "The token is good for 24 hours; there is none to renew it with.",
        protect: false,
      },
      errors: ["INVALID_CREDENTIALS"],
    })
    .input(loginProfileInput)
    .output(loginProfileOutput)
    .mutation(({ ctx, input }) => loginProfile(ctx.dependencies, ctx.caller, input)),

  logout: shopProcedure
    .meta({
      shop: { empty: true, alsoGet: true },
      openapi: {
        method: "POST",
        path: "/logout",
        tags,
        summary: "Take back the token that this is called with",
        description: "Other tokens of the profile go on. An admin's session ends.",
      },
    })
    .input(noInput)
    .output(logoutOutput)
    .mutation(({ ctx }) => logoutProfile(ctx.dependencies, ctx.actor)),
};
