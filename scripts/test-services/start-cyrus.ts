import { type CyrusCoordinates, startCyrus as start, whyNoCyrus } from "@crm/jmap/testing";
import type { Service } from "./service.ts";

/** A throw-away Cyrus IMAP with JMAP. */
export async function startCyrus(): Promise<Service<CyrusCoordinates>> {
  const name = "Cyrus";
  const server = await start();
  if (server === null) return { name, coordinates: null, reason: whyNoCyrus() ?? "it did not start" };
  return { name, coordinates: server.coordinates, stop: () => server.stop() };
}
