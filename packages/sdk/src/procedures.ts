import { admin } from "./procedures/admin.ts";
import { auth } from "./procedures/auth.ts";
import { contacts } from "./procedures/contacts.ts";
import { emails } from "./procedures/emails.ts";
import { events } from "./procedures/events.ts";
import { profiles } from "./procedures/profiles.ts";
import type { Procedure, Routes } from "./server-types.ts";

type KindsOf<Tree> = {
  [Name in keyof Tree]: Tree[Name] extends Procedure
    ? { type: Tree[Name]["type"]; takesInput: undefined extends Tree[Name]["input"] ? false : true }
    : KindsOf<Tree[Name]>;
};

/**
 * Every procedure, with what an editor says of it: the client's type is made of this one's names. Spelled out, because
 * declarations keep the comments of what is in another file only by its name.
 */
export type Procedures = {
  /** Signing in, oneself, and one's mailbox. */
  readonly auth: typeof auth;
  /** The organization's people and its audit log, for admins; others are `FORBIDDEN`. */
  readonly admin: typeof admin;
  /** One's contacts. */
  readonly contacts: typeof contacts;
  /** The mail of one's contacts, mirrored from the mail server. */
  readonly emails: typeof emails;
  /** What happens, as it happens. */
  readonly events: typeof events;
  /** A shop's customers: no users, with tokens of their own. */
  readonly profiles: typeof profiles;
};

/** The compiler holds it against the server's router, so that it cannot fall behind. */
export const PROCEDURES: Procedures = { auth, admin, contacts, emails, events, profiles } satisfies KindsOf<Routes>;
