import type { ApiContext } from "@crm/api";
import { uuid } from "@crm/schemas";
import { getAvatar, RateLimitedError, ServiceError } from "@crm/services";
import type { Handler } from "hono";
import { type ApiContextOptions, createApiContext } from "./api-context.ts";
import type { AppEnv } from "./app-env.ts";

/** An address with the version in it never shows another picture. */
const FOR_GOOD = "private, max-age=31536000, immutable";
const ASK_AGAIN = "private, no-cache";

/** Profile pictures, for the signed-in of the same organization; browsers fetch them for an `<img>`. */
export function serveAvatar(options: ApiContextOptions): Handler<AppEnv> {
  return async (c) => {
    const context = await createApiContext(c, options, { signedIn: true });
    await countCall(context);
    const { actor, dependencies } = context;
    if (!actor) throw new ServiceError("UNAUTHORIZED");
    if (actor.sessionId === null) throw new ServiceError("FORBIDDEN", { message: "API keys cannot be used for this." });
    if (actor.passwordDue) throw new ServiceError("PASSWORD_CHANGE_REQUIRED");
    const id = uuid.safeParse(c.req.param("id"));
    if (!id.success) {
      throw new ServiceError("VALIDATION_ERROR", { details: [{ path: "id", message: "must be a UUID" }] });
    }
    const known = entityTags(c.req.header("if-none-match"));
    const { version, image } = await getAvatar(dependencies, actor, {
      userId: id.data,
      isKnown: (version) => known.has("*") || known.has(tagOf(version)),
    });
    c.header("ETag", tagOf(version));
    c.header("Cache-Control", c.req.query("v") === version ? FOR_GOOD : ASK_AGAIN);
    // The front end may be served from another port or subdomain, and shows pictures by `<img>`.
    c.header("Cross-Origin-Resource-Policy", "same-site");
    if (!image) return c.body(null, 304);
    c.header("Content-Type", "image/webp");
    return c.body(new Uint8Array(image));
  };
}

async function countCall({ dependencies, caller, actor, onLimit }: ApiContext): Promise<void> {
  try {
    onLimit(await dependencies.limits.countCall(caller, actor, "users.avatar"));
  } catch (error) {
    if (error instanceof RateLimitedError) onLimit(error.limit);
    throw error;
  }
}

const tagOf = (version: string) => `"${version}"`;

/** Weak tags compare like strong ones here (RFC 9110 §13.1.2). */
const entityTags = (header: string | undefined): ReadonlySet<string> =>
  new Set((header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, "")));
