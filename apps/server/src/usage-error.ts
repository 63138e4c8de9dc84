/** What was typed cannot be meant: `message` says what is wrong with it. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
