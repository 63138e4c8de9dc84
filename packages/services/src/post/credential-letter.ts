import type { Letter } from "./letter.ts";

/** What of signing in has changed, in a person's words. */
const CHANGES = {
  password: "The password of your account was changed.",
  address:
    "Your account has another e-mail address now, or none. Links to a new password do not come to this one any more.",
  "second factor on": "Your account asks for a second factor at sign-in now.",
  "second factor off": "Your account asks for no second factor at sign-in any more.",
} as const;

export type CredentialChange = keyof typeof CHANGES;

/** For the owner, in case it was somebody else. Names nobody and links nowhere: there is nothing in it to fake. */
export const credentialLetter = (change: CredentialChange): Letter => ({
  subject: "Your account was changed",
  text: `Hello,

${CHANGES[change]}

If that was you, all is well. If it was not, ask an administrator of your CRM for
a new password at once: it ends every session.
`,
});
