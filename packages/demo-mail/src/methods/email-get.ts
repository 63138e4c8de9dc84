import { boolean, listOf, or, readArguments, text, unsigned } from "../protocol/arguments.ts";
import type { Method } from "../protocol/method.ts";
import {
  checkBodyProperties,
  checkEmailProperties,
  DEFAULT_BODY_PROPERTIES,
  DEFAULT_EMAIL_PROPERTIES,
  viewEmail,
} from "./email-view.ts";
import { standardChanges } from "./standard-changes.ts";
import { getArguments, idsToGet } from "./standard-get.ts";

/** Email/get, RFC 8621 §4.2. */
export const emailGet: Method = (context, args) => {
  const { account } = context;
  const { ids, properties, bodyProperties, ...fetch } = readArguments(args, {
    ...getArguments,
    bodyProperties: or(listOf(text), DEFAULT_BODY_PROPERTIES),
    fetchTextBodyValues: or(boolean, false),
    fetchHTMLBodyValues: or(boolean, false),
    fetchAllBodyValues: or(boolean, false),
    maxBodyValueBytes: or(unsigned, 0),
  });
  const wanted = properties ?? DEFAULT_EMAIL_PROPERTIES;
  checkEmailProperties(wanted);
  checkBodyProperties(bodyProperties);
  const list: Record<string, unknown>[] = [];
  const notFound: string[] = [];
  for (const id of idsToGet(context, ids, () => account.emails.keys())) {
    const email = account.emails.get(id);
    if (email) list.push(viewEmail(email, wanted, { ...fetch, bodyProperties }));
    else notFound.push(id);
  }
  return { accountId: account.id, state: account.state("Email"), list, notFound };
};

/** Email/changes, RFC 8621 §4.3. */
export const emailChanges: Method = (context, args) => standardChanges(context, args, "Email");
