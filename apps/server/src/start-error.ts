/** The process cannot start, and whoever started it can do something about it: `message` says what, without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}
