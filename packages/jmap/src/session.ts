import { JmapProtocolError } from "./errors.ts";
import { isRecord } from "./is-record.ts";

/** The session resource (RFC 8620 §2), with absolute URLs. The last three are templates (RFC 6570, level 1). */
export interface JmapSession {
  username: string;
  apiUrl: string;
  uploadUrl: string;
  downloadUrl: string;
  /** Null where the server offers no push. */
  eventSourceUrl: string | null;
  state: string;
  capabilities: Record<string, unknown>;
  accounts: Record<string, unknown>;
  primaryAccounts: Record<string, unknown>;
}

/** What the server allows (RFC 8620 §2, `urn:ietf:params:jmap:core`). Counts and bytes. */
export interface Limits {
  maxObjectsInGet: number;
  maxObjectsInSet: number;
  maxCallsInRequest: number;
  maxSizeRequest: number;
  maxConcurrentRequests: number;
  maxConcurrentUpload: number;
  maxSizeUpload: number;
}

/** The least that RFC 8620 §2 suggests to servers; stands in for what one leaves out or gets wrong. */
const SUGGESTED: Limits = {
  maxObjectsInGet: 500,
  maxObjectsInSet: 500,
  maxCallsInRequest: 16,
  maxSizeRequest: 10_000_000,
  maxConcurrentRequests: 4,
  maxConcurrentUpload: 4,
  maxSizeUpload: 50_000_000,
};

const CORE = "urn:ietf:params:jmap:core";
const MAIL = "urn:ietf:params:jmap:mail";

/** Reads a session as the server sent it; relative URLs count from `url`. @throws JmapProtocolError */
export function parseSession(value: unknown, url: string): JmapSession {
  if (!isRecord(value)) throw new JmapProtocolError("the session is no object");
  const { capabilities, accounts, primaryAccounts, username, state, eventSourceUrl } = value;
  if (!isRecord(capabilities) || !isRecord(accounts) || !isRecord(primaryAccounts)) {
    throw new JmapProtocolError("the session lacks capabilities or accounts");
  }
  return {
    username: typeof username === "string" ? username : "",
    apiUrl: absoluteUrl(value.apiUrl, url, "apiUrl"),
    uploadUrl: absoluteUrl(value.uploadUrl, url, "uploadUrl"),
    downloadUrl: absoluteUrl(value.downloadUrl, url, "downloadUrl"),
    eventSourceUrl: eventSourceUrl ? absoluteUrl(eventSourceUrl, url, "eventSourceUrl") : null,
    state: typeof state === "string" ? state : "",
    capabilities,
    accounts,
    primaryAccounts,
  };
}

/** @throws JmapProtocolError where the user has no mail account */
export function mailAccountOf({ primaryAccounts, accounts }: JmapSession): string {
  const id = primaryAccounts[MAIL];
  if (typeof id !== "string" || !isRecord(accounts[id])) {
    throw new JmapProtocolError("the session names no primary account for mail");
  }
  return id;
}

export function limitsOf({ capabilities }: JmapSession): Limits {
  const core = capabilities[CORE];
  if (!isRecord(core)) throw new JmapProtocolError(`the session lacks the capability ${CORE}`);
  const limits = { ...SUGGESTED };
  for (const name of Object.keys(SUGGESTED) as (keyof Limits)[]) {
    const value = core[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) limits[name] = value;
  }
  return limits;
}

function absoluteUrl(template: unknown, base: string, name: string): string {
  if (typeof template !== "string" || !URL.canParse(template, base)) {
    throw new JmapProtocolError(`the session's ${name} is no URL`);
  }
  // URL escapes the braces of template variables.
  return new URL(template, base).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}
