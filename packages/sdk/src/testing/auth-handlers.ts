import { CrmError } from "../crm-error.ts";
import type { Tokens } from "../token-store.ts";
import { type Desk, invalid, nextId, now, tell } from "./desk.ts";
import type { FakeHandlers } from "./fake-types.ts";

/** A sign-in of somebody. */
export interface FakeSession {
  id: string;
  desk: Desk;
  tokens: Tokens;
  createdAt: string;
}

/** Who is signed in; spent tokens are in none of them. */
export class Sessions {
  readonly #open = new Set<FakeSession>();

  constructor(readonly desks: readonly Desk[]) {}

  open(desk: Desk): FakeSession {
    const session = { id: nextId(), desk, tokens: newTokens(), createdAt: now() };
    this.#open.add(session);
    return session;
  }

  ofAccessToken(token: string | null): FakeSession | null {
    return [...this.#open].find(({ tokens }) => tokens.accessToken === token) ?? null;
  }

  refresh(token: string | undefined): Tokens {
    const session = [...this.#open].find(({ tokens }) => tokens.refreshToken === token);
    if (!session) throw unauthorized();
    session.tokens = newTokens();
    return session.tokens;
  }

  expireAccessTokens(): void {
    for (const session of this.#open) session.tokens = { ...session.tokens, accessToken: `over-${nextId()}` };
  }

  /** Those that were ended. */
  end(wanted: (session: FakeSession) => boolean): FakeSession[] {
    const ended = [...this.#open].filter(wanted);
    for (const session of ended) this.#open.delete(session);
    return ended;
  }
}

const newTokens = (): Tokens => ({
  accessToken: `access-${nextId()}`,
  refreshToken: `refresh-${nextId()}`,
  expiresIn: 3600,
});

export const unauthorized = () => new CrmError("UNAUTHORIZED", "Please sign in.");

const STRONG = /^(?=.*\p{Lu})(?=.*\p{Ll})(?=.*\d)(?=.*[^\p{L}\d]).{8,128}$/u;

/** `auth.*` that needs no sign-in. */
export function signInHandlers(sessions: Sessions) {
  return {
    login({ username, password }) {
      const desk = sessions.desks.find(({ user }) => user.username.toLowerCase() === username.toLowerCase());
      if (desk?.password !== password) {
        throw new CrmError("INVALID_CREDENTIALS", "The username or the password is wrong.");
      }
      desk.user = { ...desk.user, lastLogin: now() };
      return { user: desk.user, tokens: sessions.open(desk).tokens, ...steps(desk) };
    },
    refresh: ({ refreshToken }) => ({ tokens: sessions.refresh(refreshToken) }),
  } satisfies FakeHandlers["auth"];
}

/** `auth.*` of one person. */
export function accountHandlers(sessions: Sessions, session: FakeSession) {
  const { desk } = session;
  const change = (changes: Partial<Desk["user"]>) => {
    desk.user = { ...desk.user, ...changes, updatedAt: now() };
    return desk.user;
  };
  return {
    me: () => desk.user,
    updateMe: (changes) =>
      change(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))),
    session: () => ({
      session: {
        id: session.id,
        createdAt: session.createdAt,
        expiresAt: inAMonth(session),
        ipAddress: null,
        userAgent: null,
      },
      ...{ user: desk.user, ...steps(desk) },
    }),
    setPassword({ newPassword, confirmPassword, currentPassword }) {
      if (!STRONG.test(newPassword))
        throw invalid("newPassword", "must have 8 characters, of both cases, a digit and another");
      if (newPassword !== confirmPassword) throw invalid("confirmPassword", "must be the same as newPassword");
      if (desk.user.changedPassword && currentPassword !== desk.password) {
        throw new CrmError("WRONG_PASSWORD", "The current password is wrong.");
      }
      if (newPassword === desk.password) throw invalid("newPassword", "must differ from the present password");
      desk.password = newPassword;
      const user = change({ changedPassword: true });
      for (const { id } of sessions.end((one) => one.desk === desk)) tell(desk, "session.revoked", { id });
      return { user, tokens: sessions.open(desk).tokens, needsEmailSetup: desk.isSetupDue };
    },
    linkEmail({ email, emailPassword }) {
      const { mailbox } = desk;
      if (emailPassword !== undefined && mailbox && (mailbox.address !== email || mailbox.password !== emailPassword)) {
        throw new CrmError("MAILBOX_AUTH_FAILED", "The mail server refused this address and password.");
      }
      desk.isLinked = emailPassword !== undefined;
      if (desk.isLinked) desk.isSetupDue = false;
      const user = change({ email, emailVerified: desk.isLinked });
      const mailAccount = desk.isLinked ? { id: nextId(), address: email, status: "active" as const } : null;
      return { user, mailAccount, emailVerified: desk.isLinked, needsEmailSetup: desk.isSetupDue };
    },
    unlinkEmail() {
      Object.assign(desk, { isLinked: false, isSetupDue: true });
      return { user: change({}), needsEmailSetup: true };
    },
    skipEmail() {
      desk.isSetupDue = false;
      return { needsEmailSetup: false };
    },
    logout() {
      sessions.end((one) => one === session);
      return { loggedOut: true as const };
    },
  } satisfies FakeHandlers["auth"];
}

const steps = ({ user, isSetupDue }: Desk) => ({
  needsPasswordChange: !user.changedPassword,
  needsEmailSetup: isSetupDue,
});

const inAMonth = ({ createdAt }: FakeSession) => new Date(Date.parse(createdAt) + 30 * 86_400_000).toISOString();
