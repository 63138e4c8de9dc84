import { loggableFault } from "@crm/api";
import { type Logger, pino } from "pino";
import type { Config } from "./env.ts";

/** Fields that hold secrets, wherever a caller may put them. */
const SECRETS = [
  "password",
  "emailPassword",
  "newPassword",
  "currentPassword",
  "tempPassword",
  "token",
  "accessToken",
  "refreshToken",
  "authorization",
  "cookie",
];

/** JSON lines on standard output, or wherever the file descriptor leads. */
export const createLogger = ({ logLevel }: Pick<Config, "logLevel">, fd = 1): Logger =>
  pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: toLoggedError },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
    },
    pino.destination({ fd, sync: true }),
  );

/** What is worth reading of an error. Its other properties may be anything, secrets and whole connections among them. */
function toLoggedError(error: unknown): unknown {
  const fault = loggableFault(error);
  if (!(fault instanceof Error)) return fault;
  const { name: type, message, stack, cause, code, status } = fault as Error & { code?: unknown; status?: unknown };
  return { type, message, code, status, stack, ...(cause !== undefined && { cause: toLoggedError(cause) }) };
}
