import { startEmbeddedPostgres } from "@crm/db";

// Run as a process of its own: starts PostgreSQL on the folder it is given, says so in JSON, and keeps it until SIGTERM.
const [dataDir = ""] = process.argv.slice(2);
try {
  const { url, pid, stop } = await startEmbeddedPostgres({ dataDir });
  process.on("SIGTERM", () => void stop().then(() => process.exit(0)));
  setInterval(() => {}, 60_000);
  console.log(JSON.stringify({ url, pid }));
} catch (error) {
  const { name, message } = error as Error;
  console.log(JSON.stringify({ error: `${name}: ${message}` }));
}
