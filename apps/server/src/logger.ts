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

/** JSON lines on standard output. */
export const createLogger = ({ logLevel }: Pick<Config, "logLevel">): Logger =>
  pino({
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  });
