import { AVATAR_MAX_BYTES, AVATAR_TYPES, avatarOutput, setAvatarInput, updateMeInput, user } from "@crm/schemas";
import { getMe, removeAvatar, setAvatar, updateMe } from "@crm/services";
import { noInput } from "../no-input.ts";
import { accountProcedure, sessionProcedure } from "../procedures.ts";

const tags = ["Auth"];

/** Oneself: name and picture. */
export const ownProfileProcedures = {
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

  setAvatar: accountProcedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/api/auth/me/avatar",
        tags,
        summary: "Set one's profile picture",
        description: "At most 2 MiB; it is kept as WebP of 256 pixels, without metadata.",
      },
      upload: { field: "image", types: AVATAR_TYPES, maxBytes: AVATAR_MAX_BYTES },
      errors: ["UNPROCESSABLE"],
    })
    .input(setAvatarInput)
    .output(avatarOutput)
    .mutation(({ ctx, input }) => setAvatar(ctx.dependencies, ctx.actor, input)),

  removeAvatar: accountProcedure
    .meta({
      openapi: { method: "DELETE", path: "/api/auth/me/avatar", tags, summary: "Take one's profile picture away" },
    })
    .input(noInput)
    .output(avatarOutput)
    .mutation(({ ctx }) => removeAvatar(ctx.dependencies, ctx.actor)),
};
