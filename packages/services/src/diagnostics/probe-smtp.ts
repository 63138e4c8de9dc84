import type { Finding } from "./finding.ts";
import { probeEndpoint, reasonOf } from "./probe-endpoint.ts";

const PATIENCE = 10_000;

/** Whether the server for the CRM's own letters can be reached and lets us in. Nothing is sent. */
export async function probeSmtp(smtpUrl: string): Promise<Finding[]> {
  const url = new URL(smtpUrl);
  url.searchParams.delete("from");
  const tls = url.protocol === "smtps:";
  const port = Number(url.port) || (tls ? 465 : 587);
  const variable = "SMTP_URL";
  const findings = await probeEndpoint({ name: "SMTP", variable, host: url.hostname, port, tls });
  if (findings.some(({ state }) => state === "failed")) return findings;
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url: url.href,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
  });
  const check = "SMTP: login";
  try {
    await transport.verify();
    findings.push({
      check,
      state: "ok",
      message: url.username ? "It lets us in." : "It answers, and asks for no login.",
    });
  } catch (error) {
    const advice = "Correct user and password in SMTP_URL, and whether it is smtp: or smtps:.";
    findings.push({ check, state: "failed", message: reasonOf(error), advice });
  } finally {
    transport.close();
  }
  return findings;
}
