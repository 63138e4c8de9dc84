import type { RestProcedure } from "@crm/api";
import { ServiceError } from "@crm/services";
import type { AppContext } from "../http/app-env.ts";
import { isPlain, readBody } from "../http/read-body.ts";

type Upload = NonNullable<RestProcedure["upload"]>;

/**
 * A body that is a file, as the text and its type or the base64 that the procedure takes.
 * @throws ServiceError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE; VALIDATION_ERROR when there is none, or it is not in
 * the encoding that it should be.
 */
export async function readUpload(c: AppContext, upload: Upload): Promise<Record<string, string>> {
  const [type = "", ...parameters] = (c.req.header("content-type") ?? "").toLowerCase().split(";").map(trim);
  if (!upload.types.includes(type) || !isPlain(c))
    throw unsupported(`Only ${upload.types.join(", ")} are accepted here.`);
  const decode = upload.text ? textDecoder(parameters) : null;
  const bytes = await readBody(c, upload.maxBytes);
  if (!bytes) throw new ServiceError("VALIDATION_ERROR", { message: "The body has to be the file." });
  if (upload.text && decode) return { [upload.field]: decode(bytes), [upload.text.typeField]: type };
  return { [upload.field]: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

const trim = (text: string): string => text.trim();

const unsupported = (message: string) => new ServiceError("UNSUPPORTED_MEDIA_TYPE", { message });

/** UTF-8 where no other charset is named; the decoder takes a byte order mark away. */
function textDecoder(parameters: readonly string[]): (bytes: Uint8Array) => string {
  const [, charset = "utf-8"] = parameters.map((one) => /^charset="?([\w.:-]+)"?$/.exec(one)).find(Boolean) ?? [];
  const decoder = openDecoder(charset);
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      const message = `The file is not in ${decoder.encoding}. Save it in UTF-8, or name its charset in the Content-Type.`;
      throw new ServiceError("VALIDATION_ERROR", { message });
    }
  };
}

function openDecoder(charset: string) {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw unsupported(`The charset ${charset} is not known here.`);
  }
}
