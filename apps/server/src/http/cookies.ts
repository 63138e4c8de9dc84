import type { Tokens } from "@crm/schemas";
import { SESSION_IDLE } from "@crm/services";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppContext } from "./app-env.ts";

const ACCESS = "accessToken";
const REFRESH = "refreshToken";

const attributes = (production: boolean) =>
  ({ httpOnly: true, sameSite: "Strict", path: "/", secure: production }) as const;

export interface CookieTokens {
  accessToken: string | null;
  refreshToken: string | null;
}

export const readTokenCookies = (c: AppContext): CookieTokens => ({
  accessToken: getCookie(c, ACCESS) ?? null,
  refreshToken: getCookie(c, REFRESH) ?? null,
});

export function setTokenCookies(
  c: AppContext,
  { accessToken, refreshToken, expiresIn }: Tokens,
  production: boolean,
): void {
  setCookie(c, ACCESS, accessToken, { ...attributes(production), maxAge: expiresIn });
  setCookie(c, REFRESH, refreshToken, { ...attributes(production), maxAge: SESSION_IDLE / 1000 });
}

export function clearTokenCookies(c: AppContext, production: boolean): void {
  deleteCookie(c, ACCESS, attributes(production));
  deleteCookie(c, REFRESH, attributes(production));
}
