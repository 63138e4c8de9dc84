import { connect } from "@crm/db";
import {
  createDependencies,
  type Finding,
  probeMailLogins,
  probeMailServer,
  probeRedis,
  probeSmtp,
} from "@crm/services";
import { findDemoMailbox, wantsDemoMailbox } from "../demo-mailbox/find-demo-mailbox.ts";
import { checkDatabase } from "../doctor/check-database.ts";
import { EnvError } from "../env/env-error.ts";
import { type Config, loadEnv } from "../env.ts";
import { createLogger } from "../logger.ts";
import { joinDatabase } from "../open-database.ts";
import { quietProgress } from "../progress.ts";
import { Shutdown } from "../shutdown.ts";
import type { Answer } from "./answer.ts";
import { WITHOUT_REDIS } from "./with-services.ts";

const MARK = { ok: "ok  ", warning: "WARN", failed: "FAIL", skipped: "-   " } as const;

/** `crm doctor`: looks at everything the installation stands on and changes nothing. */
export async function doctor(): Promise<Answer> {
  const data = await examine();
  const failed = data.some(({ state }) => state === "failed");
  const lines = data.map(
    ({ check, state, message, advice }) =>
      `${MARK[state]}  ${check}: ${message}${advice === undefined ? "" : `\n      → ${advice}`}`,
  );
  const close = failed ? "Something is wrong; what to do stands beside it." : "Nothing is wrong.";
  return { text: [...lines, "", close].join("\n"), data, failed };
}

async function examine(): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadEnv(process.env);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    const advice = "Correct it in the environment or in .env.";
    return error.sentences.map((message) => ({ check: "configuration", state: "failed", message, advice }));
  }
  const mode = config.production ? "production" : "development";
  const findings: Finding[] = [{ check: "configuration", state: "ok", message: `Every variable is good (${mode}).` }];
  findings.push(...(await examineServices(config)));
  return [...findings, ...(await examineMail(config))];
}

async function examineServices({ redisUrl, smtpUrl }: Config): Promise<Finding[]> {
  const noRedis = "REDIS_URL is not set: rate limits are counted in the database.";
  const noSmtp = "SMTP_URL is not set: forgotten passwords are an administrator's work.";
  return [
    ...(redisUrl ? await probeRedis(redisUrl) : [{ check: "Redis", state: "skipped" as const, message: noRedis }]),
    ...(smtpUrl ? await probeSmtp(smtpUrl) : [{ check: "SMTP", state: "skipped" as const, message: noSmtp }]),
  ];
}

/** The database, and the mail servers with the accounts that the database knows. */
async function examineMail(config: Config): Promise<Finding[]> {
  const logger = createLogger({ logLevel: "silent" }, process.stderr.fd);
  const shutdown = new Shutdown(logger);
  const findings: Finding[] = [];
  const mailServers = wantsDemoMailbox(config) ? findDemoMailbox(config) : config.mailServers;
  try {
    const databaseUrl = await openDatabase(findings, { config, shutdown });
    const urls = new Map<string, string>();
    for (const url of mailServers.byDomain?.values() ?? []) urls.set(url, "JMAP_SERVERS");
    if (mailServers.sessionUrl !== undefined) urls.set(mailServers.sessionUrl, "JMAP_SESSION_URL");
    for (const [sessionUrl, variable] of urls) findings.push(...(await probeMailServer({ sessionUrl, variable })));
    if (urls.size === 0) {
      const message = "No mail server is set; `crm serve` brings a demo mailbox in development.";
      findings.push({
        check: "mail server",
        state: "skipped",
        message,
        advice: "Set JMAP_SESSION_URL or JMAP_SERVERS.",
      });
    }
    if (databaseUrl === null) return findings;
    const { db, close } = connect({ url: databaseUrl, maxConnections: 2 });
    const dependencies = createDependencies({ ...config, ...WITHOUT_REDIS, db, logger, mailServers });
    try {
      findings.push(...(await probeMailLogins(dependencies)));
    } finally {
      await dependencies.background.stop();
      await dependencies.limits.close();
      await close();
    }
    return findings;
  } finally {
    await shutdown.run();
  }
}

/** @returns null where the database is not there, or not of this release */
async function openDatabase(
  findings: Finding[],
  { config, shutdown }: { config: Config; shutdown: Shutdown },
): Promise<string | null> {
  try {
    const databaseUrl = await joinDatabase({ config, shutdown, progress: quietProgress(process.stderr) });
    const found = await checkDatabase(databaseUrl);
    findings.push(...found);
    return found.some(({ state }) => state === "failed") ? null : databaseUrl;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    findings.push({ check: "database", state: "failed", message, advice: "Start it, or correct DATABASE_URL." });
    return null;
  }
}
