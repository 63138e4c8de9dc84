import { idOrCreation, listOf, or, readArguments, text } from "../protocol/arguments.ts";
import { MethodError } from "../protocol/errors.ts";
import { type MethodContext, resolveId } from "../protocol/method.ts";

export const getArguments = { ids: or(listOf(idOrCreation), null), properties: or(listOf(text), null) };

/** @throws MethodError requestTooLarge beyond maxObjectsInGet (RFC 8620 §5.1), asked for by name or by null alike. */
export function idsToGet(
  context: MethodContext,
  wanted: readonly string[] | null,
  all: () => Iterable<string>,
): string[] {
  const ids = [...new Set(wanted ? wanted.map((value) => resolveId(context, value)) : all())];
  if (ids.length > context.limits.maxObjectsInGet) {
    throw new MethodError("requestTooLarge", `At most ${context.limits.maxObjectsInGet} objects a call`);
  }
  return ids;
}

/** A whole /get for types that are small enough to be built in full and then cut to the wanted properties. */
export function standardGet<T extends { id: string }>(
  context: MethodContext,
  args: Record<string, unknown>,
  options: {
    state: string;
    all: () => Iterable<string>;
    find: (id: string) => T | null;
    properties: readonly (keyof T & string)[];
  },
): Record<string, unknown> {
  const { ids, properties } = readArguments(args, getArguments);
  const unknown = properties?.find((name) => !(options.properties as readonly string[]).includes(name));
  if (unknown !== undefined) throw new MethodError("invalidArguments", `No property ${unknown}`);
  const list: Record<string, unknown>[] = [];
  const notFound: string[] = [];
  for (const wantedId of idsToGet(context, ids, options.all)) {
    const found = options.find(wantedId);
    if (!found) notFound.push(wantedId);
    else
      list.push(
        Object.fromEntries(
          [...new Set(["id", ...(properties ?? options.properties)])].map((name) => [name, found[name as keyof T]]),
        ),
      );
  }
  return { accountId: context.account.id, state: options.state, list, notFound };
}
