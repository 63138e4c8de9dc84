import { JmapHttpError, JmapRequestError } from "../errors.ts";
import { readCapped } from "./read-capped.ts";

const MAX_PROBLEM_BYTES = 64 * 1024;
const JMAP_ERROR = "urn:ietf:params:jmap:error:";

/** The error that an unsuccessful answer stands for. A problem of JMAP's own is told from one of HTTP (RFC 7807). */
export async function toFailure(response: Response): Promise<JmapHttpError | JmapRequestError> {
  const problem = await readProblem(response);
  const type = problem.type;
  if (typeof type === "string" && type.startsWith(JMAP_ERROR)) {
    return new JmapRequestError(type, { limit: text(problem.limit), detail: text(problem.detail) });
  }
  return new JmapHttpError(response.status, retryAfterOf(response));
}

async function readProblem(response: Response): Promise<Record<string, unknown>> {
  if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    return {};
  }
  const bytes = await readCapped(response, MAX_PROBLEM_BYTES);
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value.slice(0, 500) : undefined);

/** Seconds from a number or a date (RFC 9110 §10.2.3). */
function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get("retry-after");
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
