import { sessions } from "@crm/db";
import { type SQL, sql } from "drizzle-orm";

const DAY = 86_400_000;

/** A session that is not refreshed ends after this time, in milliseconds. */
export const SESSION_IDLE = 14 * DAY;

/** However much it is used, a session ends this long after the sign-in, in milliseconds (SP 800-63B §4.1.3: 30 days). */
const SESSION_LIFE = 30 * DAY;

const after = (moment: SQL, milliseconds: number) => sql`${moment} + ${`${milliseconds} milliseconds`}::interval`;

/** When a session ends that begins now. */
export const firstExpiry = (): string => new Date(Date.now() + SESSION_IDLE).toISOString();

/** When a session ends that is refreshed now. */
export const nextExpiry = (): SQL<string> =>
  sql`least(${after(sql`now()`, SESSION_IDLE)}, ${after(sql`${sessions.createdAt}`, SESSION_LIFE)})`;
