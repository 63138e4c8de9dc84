import { z } from "zod";
import { organizationSlug } from "./auth.ts";
import { singleLineText } from "./primitives.ts";
import { username } from "./user.ts";

/** A tenant, and the name of its first admin. */
export const createOrganizationInput = z.strictObject({
  slug: organizationSlug,
  name: singleLineText(200).refine((value) => value.trim() !== "", "must not be empty"),
  admin: username,
});
