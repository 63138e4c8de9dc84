import { randomInt } from "node:crypto";

/** How long a temporary password signs in, in milliseconds: 72 hours. */
const TEMPORARY_PASSWORD_LIFE = 72 * 3_600_000;

// Without letters and digits that look alike: people read these out over the phone.
const KINDS = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!#%*+?-="] as const;
const LENGTH = 16;

const pick = (letters: string) => letters.charAt(randomInt(letters.length));

/** A random password that meets the rules for chosen ones: one letter of each kind, the rest from all. */
export function generateTemporaryPassword(): string {
  const letters = KINDS.map(pick);
  while (letters.length < LENGTH) letters.push(pick(KINDS.join("")));
  for (let last = letters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [letters[last], letters[other]] = [letters[other] ?? "", letters[last] ?? ""];
  }
  return letters.join("");
}

export const temporaryPasswordExpiry = () => new Date(Date.now() + TEMPORARY_PASSWORD_LIFE).toISOString();
