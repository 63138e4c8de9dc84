import { ERROR_CODES } from "@crm/schemas";

type Fetch = (request: Request, ...rest: never[]) => Response | Promise<Response>;

/** Answers that the process lives but is not ready, until there is an app to ask. */
export class Starting {
  #app: Fetch | null = null;

  readonly fetch: Fetch = (request, ...rest) => this.#app?.(request, ...rest) ?? notYet(request);

  ready(app: Fetch): void {
    this.#app = app;
  }
}

function notYet(request: Request): Response {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return Response.json({ status: "ok" });
  if (pathname === "/readyz")
    return Response.json({ status: "unavailable", checks: { started: false } }, { status: 503 });
  const body = { success: false, error: "The server is starting. Please try again in a moment.", code: "OVERLOADED" };
  return Response.json(body, { status: ERROR_CODES.OVERLOADED.status, headers: { "retry-after": "2" } });
}
