import type { Letter } from "./letter.ts";

/** Names nobody: an address may have been mistyped, and its owner is to learn nothing from this. */
export const resetPasswordLetter = ({ link, minutes }: { link: string; minutes: number }): Letter => ({
  subject: "Choose a new password",
  text: `Hello,

somebody, hopefully you, asked for a new password. This link lets you choose one:

${link}

It works once, within ${minutes} minutes. If you did not ask for it, do nothing:
your password stays as it is.
`,
});
