import type { Letter } from "./letter.ts";

export const verifyEmailLetter = ({ code, minutes }: { code: string; minutes: number }): Letter => ({
  subject: `${code} is your code`,
  text: `Hello,

enter this code to confirm your e-mail address:

${code}

It works once, within ${minutes} minutes. If you did not ask for it, do nothing.
`,
});
