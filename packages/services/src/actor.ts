import type { ApiKeyScope, Role, User } from "@crm/schemas";

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

/** Who manages people: an admin of the organization, or whoever runs the installation, who is no user of it. */
export interface Administrator extends Caller {
  organizationId: string;
  userId: string | null;
  username: string;
  role: Role;
}

/** Somebody who is signed in, rather than an API key. */
export interface SessionActor extends Actor {
  sessionId: string;
}
