import { StartError } from "../start-error.ts";

/** Variables that are wrong, one sentence each. */
export class EnvError extends StartError {
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join("\n"));
  }
}
