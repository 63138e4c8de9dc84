import type { TRPCBuiltRouter, TRPCDecorateCreateRouterOptions } from "@trpc/server";
import type { ApiErrorShape } from "./errors/api-error-shape.ts";
import { adminRouter } from "./routers/admin.ts";
import { authRouter } from "./routers/auth.ts";
import { contactsRouter } from "./routers/contacts.ts";
import { emailsRouter } from "./routers/emails.ts";
import { eventsRouter } from "./routers/events.ts";
import { profilesRouter } from "./routers/profiles.ts";

/** The whole API by name; plain records all the way down. */
export const routers = {
  auth: authRouter,
  admin: adminRouter,
  contacts: contactsRouter,
  emails: emailsRouter,
  events: eventsRouter,
  profiles: profilesRouter,
};

/**
 * What clients are typed by. Spelled out rather than `typeof appRouter`, so that context and meta, and with them the
 * database's types, stay out of the declarations that the SDK is published with.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ApiErrorShape; transformer: true },
  TRPCDecorateCreateRouterOptions<typeof routers>
>;
