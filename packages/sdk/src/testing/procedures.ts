import { CrmError } from "../crm-error.ts";
import { accountHandlers, type FakeSession, type Sessions, signInHandlers, unauthorized } from "./auth-handlers.ts";
import { contactHandlers } from "./contact-handlers.ts";
import { emailHandlers } from "./email-handlers.ts";
import type { FakeCaller, FakeHandlers } from "./fake-types.ts";

type Answer = (input: unknown, caller: FakeCaller) => unknown;

/** What a temporary password lets one do. */
const BEFORE_OWN_PASSWORD: ReadonlySet<string> = new Set([
  "auth.setPassword",
  "auth.me",
  "auth.session",
  "auth.logout",
]);
const WITHOUT_SESSION: ReadonlySet<string> = new Set([
  "auth.login",
  "auth.refresh",
  "auth.forgotPassword",
  "auth.resetPassword",
]);

interface Wanted {
  /** `contacts.add` */
  procedure: string;
  handlers: FakeHandlers;
  sessions: Sessions;
  session: FakeSession | null;
}

/** What answers a call: the handler that was given, else the fake's own. @throws CrmError when the caller may not */
export function procedureOf({ procedure, handlers, sessions, session }: Wanted): Answer {
  if (!WITHOUT_SESSION.has(procedure)) {
    if (!session) throw unauthorized();
    if (!session.desk.user.changedPassword && !BEFORE_OWN_PASSWORD.has(procedure)) {
      throw new CrmError("PASSWORD_CHANGE_REQUIRED", "Choose your own password first.");
    }
  }
  const own = { auth: signInHandlers(sessions) };
  const personal = session && {
    auth: { ...own.auth, ...accountHandlers(sessions, session) },
    contacts: contactHandlers(session.desk),
    emails: emailHandlers(session.desk),
    events: { list: ({ after = "0" }: { after?: string }) => eventsAfter(session, after) },
  };
  const answer = at(handlers, procedure) ?? at(personal ?? own, procedure);
  if (answer) return answer;
  throw new CrmError(
    "INTERNAL_ERROR",
    `The fake CRM has no answer for ${procedure}; give createFakeCrm a handler for it.`,
  );
}

const eventsAfter = ({ desk }: FakeSession, after: string) => ({
  items: desk.events.filter(({ id }) => Number(id) > Number(after)),
  nextCursor: null,
});

function at(tree: object, procedure: string): Answer | null {
  const found = procedure.split(".").reduce<unknown>((node, name) => (node as Record<string, unknown>)?.[name], tree);
  return typeof found === "function" ? (found as Answer) : null;
}
