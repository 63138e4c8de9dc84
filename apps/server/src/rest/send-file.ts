import type { FileStream } from "@crm/services";
import type { AppContext } from "../http/app-env.ts";
import { streamText } from "./stream-text.ts";

/** Answers with a file, for saving; it is made while it is being taken. */
export async function sendFile(c: AppContext, { type, name, pieces }: FileStream): Promise<Response> {
  c.header("Content-Type", type);
  c.header("Content-Disposition", `attachment; filename="${name}"`);
  if (c.req.method !== "HEAD") return c.body(streamText(pieces));
  await pieces.return();
  return c.body(null);
}
