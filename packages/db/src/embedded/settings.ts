/** Given on the command line at every start, so that a release can change them. Chosen for two cores and 1 GB. */
const COMMON: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  cluster_name: "crm",
  shared_buffers: "128MB",
  effective_cache_size: "512MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  max_connections: "100",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  // Statements can hold what people wrote; the log says what went wrong, not with what.
  log_min_error_statement: "panic",
  log_min_messages: "warning",
};

const KEPT: Readonly<Record<string, string>> = {
  wal_compression: "on",
  max_wal_size: "1GB",
  checkpoint_timeout: "15min",
};

/** Everything that makes a crash survivable is off. */
const THROW_AWAY: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_connections: "300",
};

/** Reads happen in the backends themselves: without helper processes the start is quicker and the house smaller. */
const SINCE_18: Readonly<Record<string, string>> = { io_method: "sync" };

/** The `-c name=value` arguments. */
export function settings({ major, port, throwAway }: { major: number; port: number; throwAway: boolean }): string[] {
  const all = {
    ...COMMON,
    ...(throwAway ? THROW_AWAY : KEPT),
    ...(major >= 18 ? SINCE_18 : {}),
    port: String(port),
  };
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
