import type { Method } from "../protocol/method.ts";
import { standardChanges } from "./standard-changes.ts";
import { standardGet } from "./standard-get.ts";

/** Identity/get, RFC 8621 §6.1. */
export const identityGet: Method = (context, args) => {
  const { account } = context;
  return standardGet(context, args, {
    state: account.state("Identity"),
    all: () => account.identities.keys(),
    find: (id) => {
      const identity = account.identities.get(id);
      return identity
        ? { ...identity, replyTo: null, bcc: null, textSignature: "", htmlSignature: "", mayDelete: false }
        : null;
    },
    properties: ["id", "name", "email", "replyTo", "bcc", "textSignature", "htmlSignature", "mayDelete"],
  });
};

/** Identity/changes, RFC 8621 §6.2. */
export const identityChanges: Method = (context, args) => standardChanges(context, args, "Identity");
