import { randomBytes } from "node:crypto";
import { join } from "node:path";

/** The environment of a server in production whose limits are on and never reached. */
export const serverEnv = (databaseUrl: string, folder: string): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  DATA_DIR: join(folder, "server"),
  JWT_SECRET: randomBytes(32).toString("base64url"),
  ENCRYPTION_KEY: randomBytes(32).toString("base64"),
  RATE_LIMIT_MAX_REQUESTS: "1000000000",
  RATE_LIMIT_LOGIN_MAX: "1000000",
});
