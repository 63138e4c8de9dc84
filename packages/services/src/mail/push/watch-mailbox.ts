import type { Dependencies } from "../../dependencies.ts";
import { type MailAccountRow, mirrorOf } from "../mail-account.ts";
import { openMailbox } from "../open-mailbox.ts";
import { SyncsOnRequest } from "./syncs-on-request.ts";

/**
 * Syncs an account whenever its mail server says that mail changed (RFC 8620 §7.3), until the signal.
 *
 * @returns "no-push" when the server offers none; such accounts live by the schedule
 * @throws whatever `openMailbox` throws, and JmapHttpError when the credentials are refused
 */
export async function watchMailbox(
  dependencies: Dependencies,
  account: MailAccountRow,
  signal: AbortSignal,
): Promise<"stopped" | "no-push"> {
  const client = await openMailbox(dependencies, account);
  const syncs = new SyncsOnRequest(dependencies, mirrorOf(account), signal);
  return client.subscribe({
    types: ["Email"],
    signal,
    onState: () => syncs.request(),
    // While there was no connection anything may have happened.
    onOpen: () => syncs.request(),
    onError: (error, delay) =>
      dependencies.logger.debug({ err: error, delay, mailAccountId: account.id }, "a push connection was lost"),
  });
}
