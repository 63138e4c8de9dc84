/**
 * How a command ends: 0 done, 1 refused, failed or (of a check) something found, 2 typed wrongly.
 * Errors are told apart by name, so that `crm --help` need not load the packages that throw them.
 */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Errors whose message is a sentence for whoever typed the command, and their codes in JSON. */
const FOR_PEOPLE: Readonly<Record<string, string>> = {
  StartError: "CANNOT_START",
  EmbeddedPostgresError: "CANNOT_START",
  UsageError: "USAGE",
  ServiceError: "REFUSED",
};

interface Failure extends Error {
  code?: string;
  /** Of a CommanderError, which has written its own text. */
  exitCode?: number;
  details?: readonly { path: string; message: string }[];
}

const isCommander = (error: unknown): error is Failure => error instanceof Error && error.name === "CommanderError";

export function exitCodeOf(error: unknown): number {
  if (isCommander(error)) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return error instanceof Error && error.name === "UsageError" ? EXIT.usage : EXIT.failed;
}

/** What standard error is told: a sentence, or with `--json` an object; a fault of ours with its stack. */
export function explain(error: unknown, { json }: { json: boolean }): string {
  if (isCommander(error)) return "";
  const failure = error instanceof Error ? (error as Failure) : new Error(String(error));
  const kind = FOR_PEOPLE[failure.name];
  if (!json) return `${kind ? sentence(failure) : failure.stack}\n`;
  const code = (failure.name === "ServiceError" && (failure as Failure).code) || kind || "INTERNAL_ERROR";
  return `${JSON.stringify({ error: sentence(failure), code })}\n`;
}

/** A rule that a value breaks stands in the details: "ADMIN_TEMP_PASSWORD is among the most common ones." */
function sentence({ name, message, details }: Failure): string {
  const [detail] = (name === "ServiceError" && details) || [];
  return detail ? `${detail.path} ${detail.message}.` : message;
}
