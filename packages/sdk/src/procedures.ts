import type { Procedure, Routes } from "./server-types.ts";

/** What a call has to know of a procedure before it is sent. */
export interface ProcedureKind {
  type: "query" | "mutation";
  takesInput: boolean;
}

export type ProcedureTree = { readonly [name: string]: ProcedureKind | ProcedureTree };

type KindsOf<Tree> = {
  [Name in keyof Tree]: Tree[Name] extends Procedure
    ? { type: Tree[Name]["type"]; takesInput: undefined extends Tree[Name]["input"] ? false : true }
    : KindsOf<Tree[Name]>;
};

const read = { type: "query", takesInput: true } as const;
const readAll = { type: "query", takesInput: false } as const;
const write = { type: "mutation", takesInput: true } as const;
const act = { type: "mutation", takesInput: false } as const;

/** Every procedure; the compiler holds it against the server's router, so that it cannot fall behind. */
export const PROCEDURES = {
  auth: {
    login: write,
    refresh: write,
    setPassword: write,
    linkEmail: write,
    unlinkEmail: act,
    skipEmail: act,
    logout: act,
    session: readAll,
    me: readAll,
    updateMe: write,
    forgotPassword: write,
    resetPassword: write,
    verifyEmail: write,
    setAvatar: write,
    removeAvatar: act,
    sessions: { list: readAll, revoke: write },
    totp: { setup: act, enable: write, disable: write },
    apiKeys: { list: readAll, create: write, revoke: write },
  },
  admin: {
    auditLogs: { list: read, verify: readAll },
    users: { create: write, list: read, get: read, changeRole: write, resetPassword: write, delete: write },
  },
  contacts: {
    list: read,
    discover: read,
    add: write,
    get: read,
    update: write,
    remove: write,
    merge: write,
    undoMerge: write,
    import: write,
    export: read,
    blocklist: { list: read, add: write, remove: write },
  },
  emails: {
    list: read,
    threads: read,
    search: read,
    unreadCount: readAll,
    sync: act,
    syncStatus: readAll,
    thread: read,
    markThreadRead: write,
    byContact: read,
    get: read,
    markRead: write,
    attachment: read,
    uploadAttachment: write,
    reply: write,
    send: write,
  },
  events: { list: read },
  profiles: { create: write, list: read, get: read, update: write, delete: write, login: write, logout: act },
} as const satisfies KindsOf<Routes>;
