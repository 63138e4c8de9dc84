import { CONTACT_FILE_MAX_BYTES } from "@crm/schemas";
import { type FileStream, ServiceError } from "@crm/services";
import type { ApiContext } from "./context.ts";

/**
 * Gives a file as a stream where what carries the request can stream, else as one text.
 * @throws ServiceError UNPROCESSABLE for more text than fits into an answer
 */
export async function giveFile({ sendFile }: Pick<ApiContext, "sendFile">, file: FileStream): Promise<string> {
  if (sendFile) {
    sendFile(file);
    return "";
  }
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of file.pieces) {
    length += piece.length;
    if (length > CONTACT_FILE_MAX_BYTES) {
      const message = "The file is too large for one answer. GET /api/contacts/export streams it.";
      throw new ServiceError("UNPROCESSABLE", { message });
    }
    pieces.push(piece);
  }
  return pieces.join("");
}
