import type { ApiKeyScope, Role, User } from "@crm/schemas";
import type { RevocableToken } from "./revocations/revocation-store.ts";

/** Where a request came from, signed in or not. */
export interface Caller {
  requestId: string;
  ipAddress: string | null;
  userAgent: string | null;
}

/** Who acts. Every service that touches a tenant's rows takes one and names it in its queries. */
export interface Actor extends Caller {
  organizationId: string;
  userId: string;
  username: string;
  role: Role;
  /** Null when an API key acts. */
  sessionId: string | null;
  /** The temporary password is still to be replaced. */
  passwordDue: boolean;
  /** As read when the session was checked, for whoever only wants to show it. */
  user?: User;
  /** The key that acts, and what it may; its owner's own limits hold as well. */
  apiKey?: { id: string; scopes: readonly ApiKeyScope[] };
}

/** Whoever an audit log can name. */
export interface Named extends Caller {
  organizationId: string;
  userId: string | null;
  username: string;
}

/** Who manages people: an admin of the organization, or whoever runs the installation, who is no user of it. */
export interface Administrator extends Named {
  role: Role;
}

/** Somebody who is signed in, rather than an API key. */
export interface SessionActor extends Actor {
  sessionId: string;
}

/** A customer of the shop who is signed in, and no user: audit logs name them by `profile:` and their address. */
export interface ProfileActor extends Named {
  userId: null;
  profileId: string;
  /** What they are signed in by. */
  token: RevocableToken;
}

/** Who may act on profiles: each on its own, and admins on all of their organization. */
export type ShopActor = ProfileActor | Administrator;
