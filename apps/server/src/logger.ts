import { loggableFault } from "@crm/api";
import { type Logger, pino } from "pino";
import type { Config } from "./env.ts";
import { hideSecrets } from "./hide-secrets.ts";

/** Lines are written together: so many octets, or what came within so many milliseconds. */
const GATHERED = { octets: 8_192, milliseconds: 100 };
const WARN = 40;

/**
 * JSON lines on standard output, or wherever the file descriptor leads. A write for each of them would be among the
 * dearest things that a request does; warnings and errors do not wait, and neither do the last lines of a process.
 */
export function createLogger({ logLevel }: Pick<Config, "logLevel">, fd = 1): Logger {
  const output = pino.destination({ fd, sync: true, minLength: GATHERED.octets });
  let timer: NodeJS.Timeout | undefined;
  // Written, not synced: waiting for the disk ten times a second would hold up every request.
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    output.flush();
  };
  process.once("exit", () => output.flushSync());
  return pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: toLoggedError },
      // pino's own `redact` looks for each path by itself; that was most of what a line cost.
      formatters: { log: hideSecrets },
      hooks: {
        logMethod(line, log, level) {
          log.apply(this, line);
          if (level >= WARN) flush();
          else timer ??= setTimeout(flush, GATHERED.milliseconds).unref();
        },
      },
    },
    output,
  );
}

/** What is worth reading of an error. Its other properties may be anything, secrets and whole connections among them. */
function toLoggedError(error: unknown): unknown {
  const fault = loggableFault(error);
  if (!(fault instanceof Error)) return fault;
  const { name: type, message, stack, cause, code, status } = fault as Error & { code?: unknown; status?: unknown };
  return { type, message, code, status, stack, ...(cause !== undefined && { cause: toLoggedError(cause) }) };
}
