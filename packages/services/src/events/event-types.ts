import { type ApiKeyScope, type EventType, eventType } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import { ServiceError } from "../errors.ts";

/** What an API key needs to be told of a type; null is not for keys at all. */
const SCOPES: Readonly<Record<EventType, ApiKeyScope | null>> = {
  "contact.added": "contacts:read",
  "contact.updated": "contacts:read",
  "contact.removed": "contacts:read",
  "email.received": "emails:read",
  "email.sent": "emails:read",
  "email.read": "emails:read",
  "sync.progress": "emails:read",
  "sync.failed": "emails:read",
  "session.revoked": null,
};

/**
 * The types that somebody is told of: those asked for, or all that they may see.
 * @throws ServiceError FORBIDDEN for a type that an API key lacks the scope for
 */
export function visibleTypes({ apiKey }: Actor, wanted: readonly EventType[] | undefined): ReadonlySet<EventType> {
  const isVisible = (type: EventType) => {
    const scope = SCOPES[type];
    return !apiKey || (scope !== null && apiKey.scopes.includes(scope));
  };
  const hidden = wanted?.find((type) => !isVisible(type));
  if (hidden !== undefined) {
    const scope = SCOPES[hidden];
    const message = scope ? `This API key lacks the scope ${scope}.` : `API keys are not told of ${hidden}.`;
    throw new ServiceError("FORBIDDEN", { message });
  }
  return new Set(wanted ?? eventType.options.filter(isVisible));
}
