/** What one check of the installation found. */
export interface Finding {
  /** What was looked at: "database", "mail server mail.example.com: TLS". */
  check: string;
  state: "ok" | "warning" | "failed" | "skipped";
  /** What was found, a sentence. */
  message: string;
  /** What to do about it, a sentence. */
  advice?: string;
}
