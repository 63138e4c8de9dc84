import { ServiceError } from "@crm/services";

const MEBIBYTE = 1_048_576;

/** The refusal of a body that is larger than so many bytes. */
export const tooLarge = (maxBytes: number): ServiceError =>
  new ServiceError("PAYLOAD_TOO_LARGE", {
    message: `The body is too large: at most ${maxBytes / MEBIBYTE} MiB are taken.`,
  });
