import { z } from "zod";

/** Largest picture that may be uploaded, in bytes. */
export const AVATAR_MAX_BYTES = 2 * 1_048_576;
export const AVATAR_TYPES = ["image/png", "image/jpeg", "image/webp"] as const;

/** The picture in base64; over REST it is the body itself. */
export const setAvatarInput = z.strictObject({
  image: z
    .base64()
    .min(4)
    .max(4 * Math.ceil(AVATAR_MAX_BYTES / 3), "must not be larger than 2 MiB"),
});
export const avatarOutput = z.object({ avatarUrl: z.string().nullable() });
