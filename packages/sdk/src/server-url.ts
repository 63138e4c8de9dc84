/**
 * Where the CRM is, without slashes at the end.
 * @throws TypeError for what is no address of a server: every call would fail, and say less of why
 */
export function serverUrl(baseUrl: string | URL): string {
  const text = String(baseUrl);
  const url = parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    const shown = text.replace(/\/\/[^/]*@/, "//…@");
    throw new TypeError(
      `baseUrl must be where the CRM is, such as "https://crm.example.com", without a user, query or fragment; it is "${shown}".`,
    );
  }
  // The look-behind keeps a long run of slashes from being tried at each of them.
  return text.replace(/(?<!\/)\/+$/, "");
}

/** In a browser, a path of the page's own server is an address as well. */
function parse(text: string): URL | null {
  const { location } = globalThis as { location?: { href: string } };
  try {
    return new URL(text, location?.href);
  } catch {
    return null;
  }
}
