/** A mail of ours: plain text, in lines that need no wrapping. */
export interface Letter {
  subject: string;
  text: string;
}
