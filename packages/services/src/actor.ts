import type { Role } from "@crm/schemas";

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
  sessionId: string;
  /** The temporary password is still to be replaced. */
  passwordDue: boolean;
}
