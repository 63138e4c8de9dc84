import type { MailboxStep } from "@crm/db";

/**
 * The onboarding, whole: temporary password → own password → mail account or skip.
 *
 *   password ──set-password──▶ mailbox ──link-email / skip-email──▶ done
 *                                 ▲                                  │
 *                                 └───────────unlink-email───────────┘
 */
export type OnboardingStep = "password" | "mailbox" | "done";

interface OnboardingFacts {
  temporaryPasswordUntil: string | null;
  mailboxStep: MailboxStep;
}

export function onboardingStep(user: OnboardingFacts): OnboardingStep {
  if (user.temporaryPasswordUntil !== null) return "password";
  return user.mailboxStep === "pending" ? "mailbox" : "done";
}

/** What sign-in answers say about it. */
export const onboardingFlags = (user: OnboardingFacts) => ({
  needsPasswordChange: user.temporaryPasswordUntil !== null,
  needsEmailSetup: user.mailboxStep === "pending",
});
