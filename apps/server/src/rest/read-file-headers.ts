import { parse } from "content-disposition";
import type { AppContext } from "../http/app-env.ts";

/** What a file is called whose sender did not say. */
const UNNAMED = "attachment";

/**
 * Name and type of a file that is the body of a request, from Content-Disposition (RFC 6266) and Content-Type.
 * The procedure's input schema judges them.
 */
export function readFileHeaders(c: AppContext): { name: string; type: string } {
  const [type = ""] = (c.req.header("content-type") ?? "application/octet-stream").split(";");
  return { name: readName(c.req.header("content-disposition")), type: type.trim().toLowerCase() };
}

function readName(header: string | undefined): string {
  if (header === undefined) return UNNAMED;
  const { filename = "" } = parse(header).parameters;
  // Browsers send the whole path at times; where a file lay is nobody's business (RFC 6266 §4.3).
  return asUtf8(filename).split(/[/\\]/).at(-1)?.trim() || UNNAMED;
}

/** Headers are read as Latin-1, but many programs write names in UTF-8. */
function asUtf8(name: string): string {
  if (!/^[\0-\xff]*$/.test(name)) return name;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(name, "latin1"));
  } catch {
    return name;
  }
}
