import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Finding } from "./finding.ts";

/** How long each step may take, in milliseconds. */
const PATIENCE = 5_000;
const DAY = 86_400_000;
/** Certificates are told of when they end within that many days. */
const SOON = 14;

export interface Endpoint {
  /** How findings name it. */
  name: string;
  /** The variable that names it, for what to do. */
  variable: string;
  host: string;
  port: number;
  /** TLS from the first octet on. */
  tls: boolean;
}

/** Whether a server can be reached: its name, then the connection, then its certificate. The first failure is the last step. */
export async function probeEndpoint(endpoint: Endpoint): Promise<Finding[]> {
  const { name, variable, host, port, tls } = endpoint;
  const findings: Finding[] = [];
  const step = async (what: string, advice: string, run: () => Promise<Omit<Finding, "check">>) => {
    const check = `${name}: ${what}`;
    try {
      findings.push({ check, ...(await run()) });
      return true;
    } catch (error) {
      findings.push({ check, state: "failed", message: reasonOf(error), advice });
      return false;
    }
  };
  // In a URL, an IPv6 address stands in brackets.
  const bare = host.replace(/^\[|\]$/g, "");
  const reached =
    (await step("DNS", `Correct the host name in ${variable}, or the DNS that this machine asks.`, async () => {
      const addresses = (await lookup(bare, { all: true })).map(({ address }) => address);
      return { state: "ok", message: `${bare} is ${addresses.join(", ")}.` };
    })) &&
    (await step(
      "TCP",
      `See that it runs, that ${variable} names its port, and that no firewall is between.`,
      async () => {
        const socket = connectTcp({ host: bare, port });
        try {
          await once(socket, "connect", { signal: AbortSignal.timeout(PATIENCE) });
        } finally {
          socket.destroy();
        }
        return { state: "ok", message: `Port ${port} answers.` };
      },
    ));
  if (reached && tls) {
    await step("TLS", "Give the server a certificate for this name from an authority that Node trusts.", () =>
      probeCertificate(bare, port),
    );
  }
  return findings;
}

async function probeCertificate(host: string, port: number): Promise<Omit<Finding, "check">> {
  const socket: TLSSocket = connectTls({ host, port, servername: host });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(PATIENCE) });
    const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / DAY);
    const message = `${socket.getProtocol()}, a certificate for ${days} more days.`;
    if (days >= SOON) return { state: "ok", message };
    return { state: "warning", message, advice: "Renew the certificate." };
  } finally {
    socket.destroy();
  }
}

/** Why something could not be reached, as a sentence. */
export function reasonOf(error: unknown): string {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  if (name === "AbortError" || name === "TimeoutError") return `No answer within ${PATIENCE / 1000} seconds.`;
  const text = (message || code || String(error)).split("\n")[0] ?? "";
  return text.endsWith(".") ? text : `${text}.`;
}
