import { JmapSetError } from "../errors.ts";
import type { SetAnswer, SetFailure } from "../mail-types.ts";

/** What a /set did, object by object (RFC 8620 §5.3). */
export interface SetOutcome<T> {
  oldState: string | null;
  newState: string | null;
  /** What the server added to each new object, by creation id. */
  created: Record<string, Partial<T> & { id: string }>;
  updated: string[];
  destroyed: string[];
  /** What could not be done; the rest was. */
  errors: JmapSetError[];
}

export function toSetOutcome<T>(answer: SetAnswer<T>): SetOutcome<T> {
  const { oldState, newState, created, updated, destroyed, notCreated, notUpdated, notDestroyed } = answer;
  return {
    oldState: oldState ?? null,
    newState: newState ?? null,
    created: created ?? {},
    updated: Object.keys(updated ?? {}),
    destroyed: destroyed ?? [],
    errors: [
      ...toErrors("create", notCreated),
      ...toErrors("update", notUpdated),
      ...toErrors("destroy", notDestroyed),
    ],
  };
}

function toErrors(
  operation: JmapSetError["operation"],
  failures: Record<string, SetFailure> | null | undefined,
): JmapSetError[] {
  return Object.entries(failures ?? {}).map(([id, { type, properties, description, notFound }]) => {
    return new JmapSetError(type, {
      id,
      operation,
      properties: Array.isArray(properties) ? properties.map(String) : undefined,
      notFound: Array.isArray(notFound) ? notFound.map(String) : undefined,
      description: typeof description === "string" ? description.slice(0, 500) : undefined,
    });
  });
}
