import type { RestProcedure } from "@crm/api";
import { ServiceError } from "@crm/services";
import type { AppContext } from "../http/app-env.ts";
import { isPlain, readBody } from "../http/read-body.ts";

/**
 * A body that is a file, as the base64 that the procedure takes.
 * @throws ServiceError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE; VALIDATION_ERROR when there is none.
 */
export async function readUpload(
  c: AppContext,
  { field, types, maxBytes }: NonNullable<RestProcedure["upload"]>,
): Promise<Record<string, string>> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!types.includes(type) || !isPlain(c)) {
    throw new ServiceError("UNSUPPORTED_MEDIA_TYPE", { message: `Only ${types.join(", ")} are accepted here.` });
  }
  const bytes = await readBody(c, maxBytes);
  if (!bytes) throw new ServiceError("VALIDATION_ERROR", { message: "The body has to be the file." });
  return { [field]: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}
