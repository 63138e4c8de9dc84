import type { MailboxStep } from "@crm/db";

interface OnboardingFacts {
  temporaryPasswordUntil: string | null;
  mailboxStep: MailboxStep;
}

/**
 * The onboarding, whole: temporary password → own password → mail account or skip.
 *
 *   password ──set-password──▶ mailbox ──link-email / skip-email──▶ done
 *                                 ▲                                  │
 *                                 └───────────unlink-email───────────┘
 *
 * This tells what is left of it. A session in the first step is let through to what replaces the
 * password, and to nothing else (packages/api, `sessionProcedure`).
 */
export const onboardingFlags = ({ temporaryPasswordUntil, mailboxStep }: OnboardingFacts) => ({
  needsPasswordChange: temporaryPasswordUntil !== null,
  needsEmailSetup: mailboxStep === "pending",
});
