import { type HeaderForm, headerForms } from "../mime/header-forms.ts";
import type { HeaderField } from "../mime/part.ts";
import { MethodError } from "../protocol/errors.ts";

/** `header:{name}[:as{Form}][:all]`, RFC 8621 §4.1.3. */
export interface HeaderProperty {
  /** Lower case. */
  name: string;
  form: HeaderForm;
  all: boolean;
}

const ADDRESSES: readonly HeaderForm[] = ["asAddresses", "asGroupedAddresses"];

/** Which forms the fields of RFC 5322 and RFC 2369 take besides Raw; any other field takes all of them (RFC 8621 §4.1.2). */
const FORMS_OF: Readonly<Record<string, readonly HeaderForm[]>> = {
  subject: ["asText"],
  comments: ["asText"],
  keywords: ["asText"],
  "list-id": ["asText"],
  from: ADDRESSES,
  sender: ADDRESSES,
  "reply-to": ADDRESSES,
  to: ADDRESSES,
  cc: ADDRESSES,
  bcc: ADDRESSES,
  "resent-from": ADDRESSES,
  "resent-to": ADDRESSES,
  "message-id": ["asMessageIds"],
  "in-reply-to": ["asMessageIds"],
  references: ["asMessageIds"],
  date: ["asDate"],
  "resent-date": ["asDate"],
  "list-help": ["asURLs"],
  "list-unsubscribe": ["asURLs"],
  "list-subscribe": ["asURLs"],
  "list-post": ["asURLs"],
  "list-owner": ["asURLs"],
  "list-archive": ["asURLs"],
  received: [],
  "return-path": [],
};

/** @throws MethodError invalidArguments for a malformed property or a form that the field does not have. */
export function parseHeaderProperty(property: string): HeaderProperty {
  const match = /^header:([!-9;-~]+?)(?::(as[A-Za-z]+))?(:all)?$/.exec(property);
  const form = match?.[2] ?? "asRaw";
  if (!match || !Object.hasOwn(headerForms, form)) throw new MethodError("invalidArguments", `No property ${property}`);
  const name = (match[1] as string).toLowerCase();
  const allowed = Object.hasOwn(FORMS_OF, name) ? FORMS_OF[name] : undefined;
  if (form !== "asRaw" && allowed && !allowed.includes(form as HeaderForm)) {
    throw new MethodError("invalidArguments", `${match[1]} cannot be read ${form}`);
  }
  return { name, form: form as HeaderForm, all: match[3] !== undefined };
}

/** @returns the value of the last such field, null when there is none; with `all` the list of all. */
export function readHeader(headers: readonly HeaderField[], { name, form, all }: HeaderProperty): unknown {
  const values = headers.filter((field) => field.name.toLowerCase() === name).map((field) => field.value);
  if (all) return values.map((value) => headerForms[form](value));
  const last = values.at(-1);
  return last === undefined ? null : headerForms[form](last);
}
