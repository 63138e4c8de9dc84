import { setTimeout as wait } from "node:timers/promises";
import { PASSWORD } from "./people.ts";

/** Signs in, and gives the access token; null where the server says that it has too much to do. */
export async function signIn(url: string, username: string): Promise<string | null> {
  const response = await fetch(`${url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  const body = (await response.json()) as { data?: { tokens: { accessToken: string } } };
  if (response.status === 503) {
    await wait(Number(response.headers.get("retry-after")) * 1000);
    return null;
  }
  if (!body.data) throw new Error(`signing in answered ${response.status}`);
  return body.data.tokens.accessToken;
}

/** Everybody's access token, in the order of the names. */
export async function signInAll(url: string, usernames: readonly string[]): Promise<string[]> {
  const tokens: string[] = [];
  for (const username of usernames) tokens.push((await signIn(url, username)) ?? "");
  return tokens;
}
