import { clockFinding } from "./clock-finding.ts";
import type { Finding } from "./finding.ts";
import { probeEndpoint, reasonOf } from "./probe-endpoint.ts";

const PATIENCE = 10_000;

/** Whether a JMAP server can be reached, and is one (RFC 8620 §2): without signing in, it asks for a login. */
export async function probeMailServer({
  sessionUrl,
  variable,
}: {
  sessionUrl: string;
  variable: string;
}): Promise<Finding[]> {
  const url = new URL(sessionUrl);
  const name = `mail server ${url.host}`;
  const tls = url.protocol === "https:";
  const port = Number(url.port) || (tls ? 443 : 80);
  const findings = await probeEndpoint({ name, variable, host: url.hostname, port, tls });
  if (findings.some(({ state }) => state === "failed")) return findings;
  const check = `${name}: session`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    await response.body?.cancel();
    const { status, headers } = response;
    if (status === 401 || status === 200) {
      findings.push({ check, state: "ok", message: status === 401 ? "It asks for a login." : "It answers." });
      const date = Date.parse(headers.get("date") ?? "");
      if (!Number.isNaN(date)) findings.push(clockFinding(name, date - Date.now()));
    } else {
      const advice = `See that ${variable} is the address of its JMAP session, often /.well-known/jmap.`;
      findings.push({ check, state: "failed", message: `It answers with HTTP ${status}.`, advice });
    }
  } catch (error) {
    const advice = `See that ${variable} names a JMAP server, and that this one answers.`;
    findings.push({ check, state: "failed", message: reasonOf((error as Error).cause ?? error), advice });
  }
  return findings;
}
