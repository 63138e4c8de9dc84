import type { MailAddress } from "@crm/schemas";
import { emailAddress } from "@crm/schemas";
import addresses from "email-addresses";
import { ServiceError } from "../../errors.ts";

/**
 * Reads recipients, each `a@b` or `Name <a@b>` (RFC 5322 §3.4, no groups).
 * @throws ServiceError VALIDATION_ERROR that names the one it could not read
 */
export function parseRecipients(
  field: "to" | "cc" | "bcc",
  value: string | readonly string[] | undefined,
): MailAddress[] {
  const texts = value === undefined ? [] : typeof value === "string" ? [value] : value;
  return texts.map((text, index) => {
    const parsed = addresses.parseOneAddress(text);
    const mailbox = parsed?.type === "mailbox" ? parsed : null;
    if (!mailbox || !emailAddress.safeParse(mailbox.address).success) {
      const path = typeof value === "string" ? field : `${field}.${index}`;
      throw new ServiceError("VALIDATION_ERROR", {
        details: [{ path, message: "must be an address, or a name with an address in angle brackets" }],
      });
    }
    return { name: mailbox.name ?? null, email: mailbox.address };
  });
}
