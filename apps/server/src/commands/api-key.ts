import { createApiKeyInput } from "@crm/schemas";
import type { NewApiKey } from "../program/api-key.ts";
import type { Answer } from "./answer.ts";
import { checkArguments } from "./arguments.ts";
import { asOperator } from "./as-operator.ts";

/** `crm api-key create`: the key is shown this once. */
export async function addApiKey(username: string, { name, scope, expires, ...options }: NewApiKey): Promise<Answer> {
  const date = expires !== undefined && !Number.isNaN(Date.parse(expires)) ? new Date(expires).toISOString() : expires;
  const input = checkArguments(createApiKeyInput, {
    name,
    scopes: scope,
    ...(date !== undefined && { expiresAt: date }),
  });
  return asOperator(options, async ({ apiOf, find }) => {
    const user = await find(username);
    const data = await apiOf(user).auth.apiKeys.create(input);
    const until = data.apiKey.expiresAt === null ? "does not expire" : `good until ${data.apiKey.expiresAt}`;
    return { text: `API key of ${user.username}: ${data.key}\nShown this once; ${until}.`, data };
  });
}
