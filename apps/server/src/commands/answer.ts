/** What a command has to say, twice: as lines for a person, and as data for a program (`--json`). */
export interface Answer {
  text: string;
  data: unknown;
  /** A check that found something: the exit code is 1. */
  failed?: boolean;
}
