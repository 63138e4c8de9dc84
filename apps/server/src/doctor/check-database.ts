import { connect, pendingMigrations } from "@crm/db";
import { clockFinding, type Finding } from "@crm/services";

/** Minutes without a background worker after which something is wrong: it has work every minute. */
const QUIET = 5;

/** The database's release, schema, clock, first user and background worker. */
export async function checkDatabase(databaseUrl: string): Promise<Finding[]> {
  const { pool, close } = connect({ url: databaseUrl, maxConnections: 1 });
  try {
    const { rows } = await pool.query("SELECT current_setting('server_version') AS version");
    const findings: Finding[] = [
      { check: "database", state: "ok", message: `PostgreSQL ${rows[0]?.version} at ${new URL(databaseUrl).host}.` },
    ];
    const asked = Date.now();
    const { rows: times } = await pool.query("SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now");
    findings.push(clockFinding("database", Number(times[0]?.now) - (asked + Date.now()) / 2));
    const pending = await pendingMigrations(pool);
    if (pending.length > 0) {
      const message = `${pending.length} of this release are missing: ${pending.join(", ")}.`;
      return [...findings, { check: "migrations", state: "failed", message, advice: "Run `crm migrate`." }];
    }
    findings.push({ check: "migrations", state: "ok", message: "The schema is this release's." });
    const { rows: admins } = await pool.query("SELECT count(*)::int AS admins FROM users WHERE role = 'admin'");
    const count = admins[0]?.admins;
    findings.push(
      count > 0
        ? { check: "administrators", state: "ok", message: count === 1 ? "There is one." : `There are ${count}.` }
        : { check: "administrators", state: "warning", message: "There is none.", advice: "Run `crm seed`." },
    );
    return [...findings, await checkWorker(pool)];
  } finally {
    await close();
  }
}

async function checkWorker(pool: ReturnType<typeof connect>["pool"]): Promise<Finding> {
  const check = "background worker";
  const advice = "Start `crm worker`, or `crm serve` without --no-worker.";
  const { rows } = await pool.query(
    "SELECT to_regclass('graphile_worker._private_known_crontabs') IS NOT NULL AS begun",
  );
  if (!rows[0]?.begun) return { check, state: "warning", message: "None has ever run here.", advice };
  const { rows: ticks } = await pool.query(
    "SELECT extract(epoch FROM now() - max(last_execution)) / 60 AS minutes FROM graphile_worker._private_known_crontabs",
  );
  const minutes = ticks[0]?.minutes === null ? null : Number(ticks[0]?.minutes);
  if (minutes === null) return { check, state: "warning", message: "None has had its first minute yet.", advice };
  if (minutes <= QUIET) return { check, state: "ok", message: "It runs." };
  return { check, state: "warning", message: `None has run for ${Math.round(minutes)} minutes.`, advice };
}
