/** Where the CRM is, without slashes at the end. The look-behind keeps a long run of slashes from being tried at each of them. */
export const serverUrl = (baseUrl: string | URL): string => String(baseUrl).replace(/(?<!\/)\/+$/, "");
